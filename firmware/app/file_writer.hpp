#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/app/storage.hpp"
#include "firmware/limits.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::app {

/// Writes the board's files on a worker, one at a time, so that one memory serves all of them. Loop's thread
/// only.
class FileWriter {
public:
    FileWriter(Storage& storage, server::Workers& workers) : storage_(storage), workers_(workers) {}
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;

    /// Where the content is composed. While `busy` a worker reads it.
    [[nodiscard]] std::span<char> memory() { return memory_; }
    /// What is written, or was written last.
    [[nodiscard]] std::string_view content() const { return {memory_.data(), write_.bytes}; }

    /// What became of a file. `overdue`: nothing yet, after limits::job_ms_max; one of the two last ones
    /// follows.
    enum class Outcome : std::uint8_t { stored, failed, overdue, stored_late, failed_late };
    /// Called on the loop. `content` is still what was written.
    using Done = void (*)(void* context, Outcome);
    /// What the worker does behind a write that is stored.
    struct Behind {
        void (*run)(void* context) = nullptr;
        void* context = nullptr;
    };
    /// Writes the first `bytes` of `memory` to the file `name` (static). False: no worker is free, and
    /// nothing was done.
    [[nodiscard]] bool start(std::string_view name, std::size_t bytes, Done, void* context, Behind behind);
    [[nodiscard]] bool start(std::string_view name, std::size_t bytes, Done done, void* context) {
        return start(name, bytes, done, context, {});
    }

    [[nodiscard]] bool busy() const { return busy_; }
    /// The storage hangs: nothing can be written until it answers.
    [[nodiscard]] bool stuck() const { return busy_ && overdue_; }
    /// Once a turn: tells a write that is overdue.
    void turn(std::uint64_t now_ms);

private:
    struct Write : server::Job {
        FileWriter* self = nullptr;
        std::string_view name;
        std::size_t bytes = 0;
        bool stored = false;
        Behind behind;
    };
    static void run(server::Job&);
    static void finish(server::Job&);

    Storage& storage_;
    server::Workers& workers_;
    Write write_;
    Done done_ = nullptr;
    void* context_ = nullptr;
    bool busy_ = false;
    bool overdue_ = false;
    std::uint64_t since_ms_ = 0;  ///< of the turn that first saw the write; 0: none has
    std::array<char, limits::storage_file_bytes_max> memory_{};
};

}  // namespace boardwalk::app
