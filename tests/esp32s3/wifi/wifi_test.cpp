#include "firmware/ports/esp32s3/boardwalk/network/wifi.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "tests/esp32s3/wifi/played_idf.hpp"

namespace boardwalk::test {
namespace {

using app::WifiFailure;
using app::WifiState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ChipWifi : public testing::Test {
protected:
    ChipWifi() {
        EXPECT_TRUE(wifi.start());
        wifi.protect("k7mq-x3fd-9hwt");
    }
    void join(std::string_view ssid) {
        wifi.join({.ssid = cut(ssid), .password = "correct horse"});
        idf.run_events();
    }

    PlayedIdf idf;
    ports::Wifi wifi;
    const app::Portal& portal = *wifi.portal();
};

}  // namespace

TEST_F(ChipWifi, ABoardThatIsNotSetUpOpensItsOwnNetworkAndNeverAnOpenOne) {
    EXPECT_THAT(idf.aired, IsEmpty()) << "before anybody said which network to join";
    join("");
    EXPECT_THAT(idf.aired, ElementsAre("Boardwalk-ABAB"));
    EXPECT_TRUE(idf.on);
    EXPECT_TRUE(portal.open());
}

TEST_F(ChipWifi, ABoardWhoseNetworkIsGoneOpensItsOwnAndTriesOn) {
    join("Attic");
    while (!portal.open() && idf.now_us < 300'000'000) {
        idf.disconnected(WIFI_REASON_NO_AP_FOUND);
        idf.pass(1'000);
    }
    EXPECT_THAT(idf.aired, ElementsAre("Boardwalk-ABAB"));
    const auto tried = idf.joining.size();
    idf.disconnected(WIFI_REASON_NO_AP_FOUND);
    for (int s = 0; s < 60 && idf.joining.size() == tried; ++s)
        idf.pass(1'000);
    EXPECT_GT(idf.joining.size(), tried);
    idf.joined(0x3201A8C0);
    EXPECT_EQ(portal.state(), WifiState::joined);
    EXPECT_EQ(portal.lan_address(), (app::Portal::Ipv4{192, 168, 1, 50}));
    idf.pass(20'000);
    EXPECT_EQ(idf.mode, WIFI_MODE_STA) << "and its own network closes";
}

TEST_F(ChipWifi, AnOwnNetworkThatCannotBeConfiguredDoesNotComeOnTheAirAndTheStationDoes) {
    idf.takes_ap_config = false;
    join("");
    EXPECT_THAT(idf.aired, IsEmpty());
    EXPECT_TRUE(idf.on);
    EXPECT_EQ(idf.mode, WIFI_MODE_STA);
}

TEST_F(ChipWifi, WhatTheRadioSaysOfAFailureBecomesAReasonForPeople) {
    const std::pair<wifi_err_reason_t, WifiFailure> rows[] = {
        {WIFI_REASON_NO_AP_FOUND, WifiFailure::not_found},
        {WIFI_REASON_NO_AP_FOUND_IN_RSSI_THRESHOLD, WifiFailure::not_found},
        {WIFI_REASON_4WAY_HANDSHAKE_TIMEOUT, WifiFailure::password},
        {WIFI_REASON_HANDSHAKE_TIMEOUT, WifiFailure::password},
        {WIFI_REASON_AUTH_FAIL, WifiFailure::password},
        {WIFI_REASON_NO_AP_FOUND_W_COMPATIBLE_SECURITY, WifiFailure::security},
        {WIFI_REASON_NO_AP_FOUND_IN_AUTHMODE_THRESHOLD, WifiFailure::security},
        {WIFI_REASON_ASSOC_LEAVE, WifiFailure::unknown},
    };
    for (const auto& [reason, failure] : rows) {
        join("Attic");
        idf.disconnected(reason);
        EXPECT_EQ(portal.state(), WifiState::failed);
        EXPECT_EQ(portal.failure(), failure) << reason;
    }
}

}  // namespace boardwalk::test
