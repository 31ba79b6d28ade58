#include "shared/names.hpp"

#include <gtest/gtest.h>

namespace boardwalk::protocol {
namespace {

template <Worded Enum>
void expect_words_return() {
    for (std::size_t index = 0; index < words<Enum>.size(); ++index) {
        const auto value = static_cast<Enum>(index);
        EXPECT_FALSE(to_string(value).empty());
        EXPECT_EQ(from_string<Enum>(to_string(value)), value);
    }
    EXPECT_EQ(from_string<Enum>(""), std::nullopt);
    EXPECT_EQ(from_string<Enum>("OK"), std::nullopt);
}

TEST(Names, EveryWordReadsAsTheValueThatWroteIt) {
    expect_words_return<ReadingStatus>();
    expect_words_return<OutputKind>();
    expect_words_return<SlotState>();
    expect_words_return<LogLevel>();
    expect_words_return<JobState>();
    expect_words_return<Topic>();
    expect_words_return<WifiState>();
    expect_words_return<WifiFailure>();
    expect_words_return<StreamMethod>();
}

TEST(Names, WordsAreThoseOfTheContract) {
    EXPECT_EQ(to_string(ReadingStatus::stale), "stale");
    EXPECT_EQ(to_string(OutputKind::switch_), "switch");
    EXPECT_EQ(to_string(OutputKind::button), "button");
    EXPECT_EQ(to_string(SlotState::working), "working");
    EXPECT_EQ(to_string(SlotState::websocket), "websocket");
    EXPECT_EQ(to_string(LogLevel::warning), "warning");
    EXPECT_EQ(to_string(Topic::diagnostics), "diagnostics");
    EXPECT_EQ(to_string(Topic::settings), "settings");
    EXPECT_EQ(to_string(Topic::info), "info");
    EXPECT_EQ(to_string(StreamMethod::output_set), "output.set");
    EXPECT_EQ(to_string(StreamMethod::ping), "ping");
}

TEST(Names, ASetOfTopicsHoldsWhatWasPutIn) {
    TopicSet topics{Topic::log};
    topics.insert(Topic::job);
    EXPECT_TRUE(topics.contains(Topic::log));
    EXPECT_TRUE(topics.contains(Topic::job));
    EXPECT_FALSE(topics.contains(Topic::state));
    topics.erase(Topic::log);
    topics.erase(Topic::job);
    EXPECT_TRUE(topics.empty());
}

}  // namespace
}  // namespace boardwalk::protocol
