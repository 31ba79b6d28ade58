#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "shared/limits.hpp"
#include "shared/requests.hpp"

/// The common part of all request decoders: JSON goes by as events, never as a tree, and a table says what is
/// taken.
namespace boardwalk::protocol {

/// Kinds of JSON values, as a set.
enum Kinds : unsigned { boolean = 1, number = 2, string = 4, object = 8, array_of_strings = 16 };

struct Member {
    std::string_view pointer;  ///< RFC 6901, from the whole; its parents stand in the table too
    unsigned kinds;
    bool required = false;
};

struct Scalar {
    unsigned kind = 0;  ///< one of Kinds, 0 for null
    bool boolean = false;
    double number = 0;
    std::string_view string{};  ///< valid during the call
};

/// The number as an integer from 0 to `max`, however it is written: 1000, 1e3 and 1000.0 are one number.
[[nodiscard]] std::optional<std::uint64_t> as_integer(double number, std::uint64_t max);

/// What nlohmann-json's SAX parser calls. Keeps the pointer to where it is; refuses members that are unknown,
/// doubled or of the wrong type; remembers the first error and reads on, since bad JSON further down is the
/// graver one. What is right is taken also behind an error.
class RequestReader {
public:
    /// Takes a value of a type that the table allows. Returns what is wrong with it, or an empty text.
    /// Called once for a member, once for each element of an array.
    class Sink {
    public:
        virtual std::string_view take(std::size_t member, const Scalar& value) = 0;

    protected:
        ~Sink() = default;
    };

    RequestReader(std::span<const Member> members, Sink& sink) : members_(members), sink_(sink) {}
    /// Passes over unknown members of the object at `pointer`, and of those within: another version has them,
    /// nested as deeply as it likes.
    RequestReader(std::span<const Member> members, Sink& sink, std::string_view pointer)
        : members_(members), sink_(sink), open_(pointer) {}

    /// Reads the text to its end. Nothing when all of it was taken.
    [[nodiscard]] std::optional<DecodeError> read(std::string_view json);

    /// Whether a member stood in the text, rightly or wrongly.
    [[nodiscard]] bool saw(std::size_t member) const { return (seen_ & (1U << member)) != 0; }

    // nlohmann-json's SAX interface; false stops it.
    bool null() { return scalar({}); }
    bool boolean(bool value) { return scalar({.kind = Kinds::boolean, .boolean = value}); }
    bool number(double value) { return scalar({.kind = Kinds::number, .number = value}); }
    bool string(std::string_view value) { return scalar({.kind = Kinds::string, .string = value}); }
    bool key(std::string_view name);
    bool start(bool is_array);
    bool end();
    void not_json(bool number_too_large);

private:
    /// One open object or array.
    struct Level {
        std::size_t pointer_size = 0;  ///< of the container's own pointer
        std::size_t member = 0;        ///< index in the table, or none
        std::size_t next_index = 0;    ///< of an array's next element
        bool is_array = false;
        bool ignored = false;  ///< inside something that was refused
    };
    static constexpr std::size_t none = SIZE_MAX;

    bool scalar(const Scalar& value);
    /// The table's entry for the value that comes now; none when it was refused already.
    std::size_t place();
    [[nodiscard]] bool push_segment(std::string_view name);
    void refuse(std::string_view detail);
    void refuse_unknown(const Level& parent, std::string_view detail);

    std::span<const Member> members_;
    Sink& sink_;
    std::optional<std::string_view> open_;
    std::array<Level, limits::json_depth_max> levels_{};
    std::size_t depth_ = 0;
    std::size_t passed_over_ = 0;  ///< open objects and arrays beyond these levels
    std::size_t current_ = none;   ///< the member whose key was read last
    JsonPointer pointer_;
    unsigned seen_ = 0;
    std::optional<DecodeError> error_;
};

}  // namespace boardwalk::protocol
