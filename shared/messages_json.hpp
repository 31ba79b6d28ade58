#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "shared/messages.hpp"

/// JSON of what the board sends, for its clients and for tests.
namespace boardwalk::protocol {

/// A message, or why the text is none: pointer and reason, for a log.
template <class Message>
struct [[nodiscard]] Decoded {
    std::optional<Message> message;
    std::string error;

    explicit operator bool() const { return message.has_value(); }
    const Message& operator*() const { return *message; }
    const Message* operator->() const { return &*message; }
};

/// Reads any of the messages below; `decode<State>(body)`. Never trusts the text: every member is checked,
/// members that are unknown are passed over (a later firmware may send more), nesting is bounded. The caller
/// bounds the size.
template <class Message>
Decoded<Message> decode(std::string_view json);

/// Text that is not UTF-8 gets replacement characters; a number that JSON cannot say becomes null.
template <class Message>
[[nodiscard]] std::string encode_message(const Message& message);

/// Every type that `decode` and `encode_message` are made for.
#define BOARDWALK_PROTOCOL_MESSAGES(X) \
    X(Info)                            \
    X(State)                           \
    X(OutputResult)                    \
    X(History)                         \
    X(Settings)                        \
    X(Diagnostics)                     \
    X(LogLine)                         \
    X(Logs)                            \
    X(Problem)                         \
    X(Job)                             \
    X(Session)                         \
    X(SessionChallenge)                \
    X(NewToken)                        \
    X(StreamMessage)

#define BOARDWALK_PROTOCOL_EXTERN(Message)                                   \
    extern template Decoded<Message> decode<Message>(std::string_view json); \
    extern template std::string encode_message<Message>(const Message& message);
BOARDWALK_PROTOCOL_MESSAGES(BOARDWALK_PROTOCOL_EXTERN)
#undef BOARDWALK_PROTOCOL_EXTERN

}  // namespace boardwalk::protocol
