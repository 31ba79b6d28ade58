#include "firmware/app/owner/button.hpp"

#include <gtest/gtest.h>

namespace boardwalk::test {

using app::Button;
using Press = Button::Press;

TEST(TheButton, PressedItMeansTheCodeOnceItIsLetGo) {
    Button button;
    EXPECT_EQ(button.look(false, 0), Press::none);
    EXPECT_EQ(button.look(true, 1'000), Press::none);
    EXPECT_EQ(button.look(true, 10'999), Press::none) << "not yet held for ten seconds";
    EXPECT_EQ(button.look(false, 10'999), Press::pressed);
    EXPECT_EQ(button.look(false, 11'099), Press::none) << "once";
}

TEST(TheButton, HeldForTenSecondsItMeansToForgetOnce) {
    Button button;
    EXPECT_EQ(button.look(true, 500), Press::none);
    EXPECT_EQ(button.look(true, 10'500), Press::held);
    EXPECT_EQ(button.look(true, 30'500), Press::none);
    EXPECT_EQ(button.look(false, 30'600), Press::none) << "that was no press";
    EXPECT_EQ(button.look(true, 30'700), Press::none);
    EXPECT_EQ(button.look(false, 30'900), Press::pressed);
}

TEST(TheButton, WhatIsShorterThanALookIsNoise) {
    Button button;
    EXPECT_EQ(button.look(true, 1'000), Press::none);
    EXPECT_EQ(button.look(false, 1'099), Press::none);
}

}  // namespace boardwalk::test
