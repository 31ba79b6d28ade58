#pragma once

#include <array>
#include <string_view>

/// What Unicode's Normalization Form C never holds (UAX #15), as of Unicode 14.0. What is composed in one
/// version is so in all later ones.
namespace boardwalk::protocol::unicode {

/// A combining mark, and behind it the characters that become one with it when it follows them. 2.5 KB. Left
/// out is U+0338, which strikes out mathematical signs. A test compares both tables with another
/// implementation.
inline constexpr std::array<std::string_view, 62> compositions{
    "\u0300"
    "AEINOUWYaeinouwy¨ÂÊÔÜâêôüĂăĒēŌōƠơƯưΑΕΗΙΟΥΩαεηιουωϊϋЕИеиἀἁἈἉἐἑ"
    "ἘἙἠἡἨἩἰἱἸἹὀὁὈὉὐὑὙὠὡὨὩ\u1fbf\u1ffe",
    "\u0301"
    "ACEGIKLMNOPRSUWYZacegiklmnoprsuwyz¨ÂÅÆÇÊÏÔÕØÜâåæçêïôõøüĂăĒēŌō"
    "ŨũƠơƯưΑΕΗΙΟΥΩαεηιουωϊϋϒГКгкἀἁἈἉἐἑἘἙἠἡἨἩἰἱἸἹὀὁὈὉὐὑὙὠὡὨὩ\u1fbf\u1ffe",
    "\u0302"
    "ACEGHIJOSUWYZaceghijosuwyzẠạẸẹỌọ",
    "\u0303"
    "AEINOUVYaeinouvyÂÊÔâêôĂăƠơƯư",
    "\u0304"
    "AEGIOUYaegiouyÄÆÕÖÜäæõöüǪǫȦȧȮȯΑΙΥαιυИУиуḶḷṚṛ",
    "\u0306"
    "AEGIOUaegiouȨȩΑΙΥαιυАЕЖИУаежиуẠạ",
    "\u0307"
    "ABCDEFGHIMNOPRSTWXYZabcdefghmnoprstwxyzŚśŠšſṢṣ",
    "\u0308"
    "AEHIOUWXYaehiotuwxyÕõŪūΙΥιυϒІАЕЖЗИОУЧЫЭаежзиоучыэіӘәӨө",
    "\u0309"
    "AEIOUYaeiouyÂÊÔâêôĂăƠơƯư",
    "\u030a"
    "AUauwy",
    "\u030b"
    "OUouУу",
    "\u030c"
    "ACDEGHIKLNORSTUZacdeghijklnorstuzÜüƷʒ",
    "\u030f"
    "AEIORUaeioruѴѵ",
    "\u0311"
    "AEIORUaeioru",
    "\u0313"
    "ΑΕΗΙΟΩαεηιορυω",
    "\u0314"
    "ΑΕΗΙΟΡΥΩαεηιορυω",
    "\u031b"
    "OUou",
    "\u0323"
    "ABDEHIKLMNORSTUVWYZabdehiklmnorstuvwyzƠơƯư",
    "\u0324"
    "Uu",
    "\u0325"
    "Aa",
    "\u0326"
    "STst",
    "\u0327"
    "CDEGHKLNRSTcdeghklnrst",
    "\u0328"
    "AEIOUaeiou",
    "\u032d"
    "DELNTUdelntu",
    "\u032e"
    "Hh",
    "\u0330"
    "EIUeiu",
    "\u0331"
    "BDKLNRTZbdhklnrtz",
    "\u0342"
    "¨αηιυωϊϋἀἁἈἉἠἡἨἩἰἱἸἹὐὑὙὠὡὨὩ\u1fbf\u1ffe",
    "\u0345"
    "ΑΗΩάήαηωώἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὰὴὼᾶ"
    "ῆῶ",
    "\u0653"
    "\u0627",
    "\u0654"
    "\u0627\u0648\u064a\u06c1\u06d2\u06d5",
    "\u0655"
    "\u0627",
    "\u093c"
    "\u0928\u0930\u0933",
    "\u09be"
    "\u09c7",
    "\u09d7"
    "\u09c7",
    "\u0b3e"
    "\u0b47",
    "\u0b56"
    "\u0b47",
    "\u0b57"
    "\u0b47",
    "\u0bbe"
    "\u0bc6\u0bc7",
    "\u0bd7"
    "\u0b92\u0bc6",
    "\u0c56"
    "\u0c46",
    "\u0cc2"
    "\u0cc6",
    "\u0cd5"
    "\u0cbf\u0cc6\u0cca",
    "\u0cd6"
    "\u0cc6",
    "\u0d3e"
    "\u0d46\u0d47",
    "\u0d57"
    "\u0d46",
    "\u0dca"
    "\u0dd9\u0ddc",
    "\u0dcf"
    "\u0dd9",
    "\u0ddf"
    "\u0dd9",
    "\u102e"
    "\u1025",
    "\u1b35"
    "\u1b05\u1b07\u1b09\u1b0b\u1b0d\u1b11\u1b3a\u1b3c\u1b3e\u1b3f\u1b42",
    "\u3099"
    "うかきくけこさしすせそたちつてとはひふへほゝウカキクケコサシスセソタチツテトハヒフヘホワヰヱヲヽ",
    "\u309a"
    "はひふへほハヒフヘホ",
    "\U000110ba"
    "\U00011099\U0001109b\U000110a5",
    "\U00011127"
    "\U00011131\U00011132",
    "\U0001133e"
    "\U00011347",
    "\U00011357"
    "\U00011347",
    "\U000114b0"
    "\U000114b9",
    "\U000114ba"
    "\U000114b9",
    "\U000114bd"
    "\U000114b9",
    "\U000115af"
    "\U000115b8\U000115b9",
    "\U00011930"
    "\U00011935",
};

struct Range {
    char32_t first;
    char32_t last;
};
/// Characters that another one stands for in this form, by themselves.
inline constexpr std::array<Range, 73> replaced{{
    {0x340, 0x341},     {0x343, 0x344},     {0x374, 0x374},     {0x37e, 0x37e},   {0x387, 0x387},
    {0x958, 0x95f},     {0x9dc, 0x9dd},     {0x9df, 0x9df},     {0xa33, 0xa33},   {0xa36, 0xa36},
    {0xa59, 0xa5b},     {0xa5e, 0xa5e},     {0xb5c, 0xb5d},     {0xf43, 0xf43},   {0xf4d, 0xf4d},
    {0xf52, 0xf52},     {0xf57, 0xf57},     {0xf5c, 0xf5c},     {0xf69, 0xf69},   {0xf73, 0xf73},
    {0xf75, 0xf76},     {0xf78, 0xf78},     {0xf81, 0xf81},     {0xf93, 0xf93},   {0xf9d, 0xf9d},
    {0xfa2, 0xfa2},     {0xfa7, 0xfa7},     {0xfac, 0xfac},     {0xfb9, 0xfb9},   {0x1f71, 0x1f71},
    {0x1f73, 0x1f73},   {0x1f75, 0x1f75},   {0x1f77, 0x1f77},   {0x1f79, 0x1f79}, {0x1f7b, 0x1f7b},
    {0x1f7d, 0x1f7d},   {0x1fbb, 0x1fbb},   {0x1fbe, 0x1fbe},   {0x1fc9, 0x1fc9}, {0x1fcb, 0x1fcb},
    {0x1fd3, 0x1fd3},   {0x1fdb, 0x1fdb},   {0x1fe3, 0x1fe3},   {0x1feb, 0x1feb}, {0x1fee, 0x1fef},
    {0x1ff9, 0x1ff9},   {0x1ffb, 0x1ffb},   {0x1ffd, 0x1ffd},   {0x2000, 0x2001}, {0x2126, 0x2126},
    {0x212a, 0x212b},   {0x2329, 0x232a},   {0x2adc, 0x2adc},   {0xf900, 0xfa0d}, {0xfa10, 0xfa10},
    {0xfa12, 0xfa12},   {0xfa15, 0xfa1e},   {0xfa20, 0xfa20},   {0xfa22, 0xfa22}, {0xfa25, 0xfa26},
    {0xfa2a, 0xfa6d},   {0xfa70, 0xfad9},   {0xfb1d, 0xfb1d},   {0xfb1f, 0xfb1f}, {0xfb2a, 0xfb36},
    {0xfb38, 0xfb3c},   {0xfb3e, 0xfb3e},   {0xfb40, 0xfb41},   {0xfb43, 0xfb44}, {0xfb46, 0xfb4e},
    {0x1d15e, 0x1d164}, {0x1d1bb, 0x1d1c0}, {0x2f800, 0x2fa1d},
}};

}  // namespace boardwalk::protocol::unicode
