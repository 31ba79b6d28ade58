#include "firmware/ports/linux/computer/console.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <regex>
#include <string>
#include <thread>

#include "firmware/limits.hpp"

namespace boardwalk::test {
namespace {

using ports::Console;

constexpr int patience_ms = 30'000;

/// Two ends of a pipe, or of a terminal.
struct Ends {
    int reader = -1;
    int writer = -1;

    Ends() = default;
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;
    ~Ends() {
        close_reader();
        ::close(writer);
    }
    void close_reader() {
        if (reader >= 0) ::close(reader);
        reader = -1;
    }
    /// What comes, until `last` is in it.
    std::string read_until(std::string_view last) const {
        std::string text;
        while (text.find(last) == std::string::npos) {
            pollfd waiting{.fd = reader, .events = POLLIN, .revents = 0};
            std::array<char, 4096> part{};
            if (::poll(&waiting, 1, patience_ms) != 1) break;
            const auto got = ::read(reader, part.data(), part.size());
            if (got <= 0) break;
            text.append(part.data(), static_cast<std::size_t>(got));
        }
        return text;
    }
};

struct Pipe : Ends {
    Pipe() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        reader = ends[0];
        writer = ends[1];
    }
    /// Until not one byte more goes in.
    std::size_t fill() const {
        EXPECT_EQ(::fcntl(writer, F_SETFL, O_NONBLOCK), 0);
        std::size_t size = 0;
        while (::write(writer, "x", 1) == 1)
            ++size;
        EXPECT_EQ(::fcntl(writer, F_SETFL, 0), 0);
        return size;
    }
    void empty(std::size_t size) const {
        std::string junk(size, '\0');
        for (std::size_t got = 0; got < size;) {
            const auto part = ::read(reader, junk.data(), size - got);
            if (part <= 0) break;
            got += static_cast<std::size_t>(part);
        }
    }
};

std::string line_of(int number) { return "line " + std::to_string(number) + "\n"; }

/// Lines whose loss a text tells. There are several notices when the thread took a line while others were
/// lost.
std::uint64_t told_in(const std::string& text) {
    static const std::regex notice("warning: ([0-9]+) lines? w(as|ere) dropped\n");
    std::uint64_t sum = 0;
    for (std::sregex_iterator found(text.begin(), text.end(), notice), end; found != end; ++found)
        sum += std::stoull((*found)[1]);
    return sum;
}

/// Lines that wait for room: the places, and the one that the thread has in hand.
constexpr int held_max = limits::console_lines + 1;

TEST(Console, LinesArriveInTheirOrderAndNoneIsLostWhileTheyAreRead) {
    const Pipe pipe;
    Console console(pipe.writer);
    std::string expected;
    for (int i = 0; i < 2'000; ++i) {
        console.write(line_of(i));
        expected += line_of(i);
        if (i % 50 != 49) continue;
        EXPECT_EQ(pipe.read_until(line_of(i)), expected);
        expected.clear();
    }
    EXPECT_EQ(console.lines_dropped(), 0U);
}

TEST(Console, FiveThousandLinesIntoAFullPipeHoldNobodyUpAndAreCounted) {
    const Pipe pipe;
    const auto junk = pipe.fill();
    Console console(pipe.writer);
    for (int i = 0; i < 5'000; ++i)
        console.write(line_of(i));
    const auto dropped = console.lines_dropped();
    EXPECT_GE(dropped, 5'000U - held_max);
    EXPECT_LE(dropped, 5'000U - limits::console_lines);

    pipe.empty(junk);
    std::string text;
    while (told_in(text) < dropped)
        text += pipe.read_until("dropped\n");
    EXPECT_EQ(told_in(text), dropped) << text;
    EXPECT_TRUE(text.starts_with(line_of(0) + line_of(1))) << text;
    EXPECT_TRUE(text.ends_with("lines were dropped\n")) << text;
    console.write("again\n");
    EXPECT_EQ(pipe.read_until("again\n"), "again\n");
    EXPECT_EQ(console.lines_dropped(), dropped);
}

TEST(Console, ASingleLineThatIsLostIsToldInItsPlace) {
    const Pipe pipe;
    const auto junk = pipe.fill();
    Console console(pipe.writer);
    int written = 0;
    while (console.lines_dropped() == 0)
        console.write(line_of(written++));
    pipe.empty(junk);
    const auto text = pipe.read_until("dropped\n");
    EXPECT_TRUE(text.ends_with(line_of(written - 2) + "boardwalk-board: warning: 1 line was dropped\n"))
        << text;
}

TEST(Console, AStoppedTerminalHoldsNobodyUpAndGoesOnWhereItStopped) {
    Ends terminal;
    ASSERT_EQ(::openpty(&terminal.reader, &terminal.writer, nullptr, nullptr, nullptr), 0);
    ASSERT_EQ(::tcflow(terminal.writer, TCOOFF), 0);
    Console console(terminal.writer);
    for (int i = 0; i < 5'000; ++i)
        console.write(line_of(i));
    EXPECT_GE(console.lines_dropped(), 5'000U - held_max);
    EXPECT_FALSE(console.flush());
    ASSERT_EQ(::tcflow(terminal.writer, TCOON), 0);
    const auto text = terminal.read_until("were dropped\r\n");
    EXPECT_TRUE(text.starts_with("line 0\r\nline 1\r\n")) << text;
}

TEST(Console, AFullDiskCostsEveryLineAndEachIsCounted) {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    {
        Console console(full);
        for (int i = 0; i < 5'000; ++i)
            console.write(line_of(i));
        EXPECT_TRUE(console.flush());
        EXPECT_EQ(console.lines_dropped(), 5'000U);
    }
    ::close(full);
}

TEST(Console, LinesThatADiskRefusedAreToldOnceItHasRoomAgain) {
    const Pipe pipe;
    const int target = ::dup(pipe.writer);
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_EQ(::dup2(full, target), target);
    Console console(target);
    for (int i = 0; i < 3; ++i)
        console.write(line_of(i));
    ASSERT_TRUE(console.flush());
    ASSERT_EQ(::dup2(pipe.writer, target), target);
    console.write(line_of(3));
    EXPECT_EQ(pipe.read_until(line_of(3)), "boardwalk-board: warning: 3 lines were dropped\nline 3\n");
    ::close(target);
    ::close(full);
}

TEST(Console, AReaderThatWentAwayIsNoSignal) {
    Pipe pipe;
    pipe.close_reader();
    Console console(pipe.writer);  // SIGPIPE would end this program
    console.write("to nobody\n");
    EXPECT_TRUE(console.flush());
    EXPECT_EQ(console.lines_dropped(), 1U);
}

TEST(Console, ADescriptorThatDoesNotBlockIsWaitedFor) {
    const Pipe pipe;
    const auto junk = pipe.fill();
    ASSERT_EQ(::fcntl(pipe.writer, F_SETFL, O_NONBLOCK), 0);
    Console console(pipe.writer);
    console.write("late\n");
    EXPECT_FALSE(console.flush());
    pipe.empty(junk);
    EXPECT_EQ(pipe.read_until("late\n"), "late\n");
    EXPECT_EQ(console.lines_dropped(), 0U);
}

TEST(Console, OneThatIsStuckEndsWithoutItsThread) {
    static const Pipe& pipe = *new Pipe;  // stays: the thread is left behind, and writes there
    (void)pipe.fill();
    const auto began = std::chrono::steady_clock::now();
    {
        Console console(pipe.writer);
        console.write("stuck\n");
    }
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_GE(took, std::chrono::milliseconds(limits::console_flush_ms_max)) << "it was given its time";
}

TEST(Console, LinesOfAnyLengthEndAsLines) {
    const Pipe pipe;
    Console console(pipe.writer);
    std::string expected;
    for (const auto size : {limits::console_line_bytes_max - 1, limits::console_line_bytes_max,
                            limits::console_line_bytes_max + 1}) {
        console.write(std::string(size - 1, 'y') + "\n");
        expected += std::string(std::min(size, limits::console_line_bytes_max) - 1, 'y') + "\n";
    }
    console.write("end\n");
    EXPECT_EQ(pipe.read_until("end\n"), expected + "end\n");
}

TEST(Console, WhatIsWrittenAsideDoesNotWait) {
    const Pipe pipe;
    const auto junk = pipe.fill();
    ports::write_aside(pipe.writer, "listening\n");
    pipe.empty(junk);
    EXPECT_EQ(pipe.read_until("listening\n"), "listening\n");
}

}  // namespace
}  // namespace boardwalk::test
