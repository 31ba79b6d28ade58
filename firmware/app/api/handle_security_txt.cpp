#include "firmware/app/api/routes.hpp"

namespace boardwalk::app::handle {

namespace {

/// A URI, of those who build the image; empty: they name none.
constexpr std::string_view contact = BOARDWALK_SECURITY_CONTACT;
/// RFC 9116 §2.5.5: less than a year behind the release.
constexpr std::string_view text =
    "Contact: " BOARDWALK_SECURITY_CONTACT "\nExpires: 2027-11-30T00:00:00Z\nPreferred-Languages: en, de\n";

}  // namespace

bool security_txt(Board&, const Exchange& exchange) {
    if (contact.empty()) return refuse(exchange, Refusal::no_contact);
    exchange.response.content_type = "text/plain; charset=utf-8";
    exchange.response.fixed = text;
    return true;
}

}  // namespace boardwalk::app::handle
