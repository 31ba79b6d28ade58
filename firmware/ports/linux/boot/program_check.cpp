#include "firmware/ports/linux/boot/program_check.hpp"

#include <elf.h>
#include <link.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "firmware/ports/linux/boot/board_note.hpp"
#include "firmware/ports/linux/boot/file.hpp"

namespace boardwalk::ports {

namespace {

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);

constexpr std::size_t segments_max = 64;
constexpr std::size_t notes_max = 64;
constexpr std::size_t loader_path_bytes_max = 256;

constexpr std::string_view no_program = "The payload is no program (an ELF file is one).";
constexpr std::string_view other_machine = "The payload is a program for another kind of computer.";
constexpr std::string_view not_whole = "The payload is a program that is not whole.";
constexpr std::string_view no_loader = "The payload wants a program loader that this computer does not have.";
constexpr std::string_view no_board = "The payload is a program, and not a boardwalk-board.";
constexpr std::string_view other_model = "The payload is for another model than the image's header names.";
constexpr std::string_view other_version = "The payload is another version than the image's header names.";

template <class T>
std::span<char> bytes_of(T& object) {
    return {reinterpret_cast<char*>(&object), sizeof object};
}

template <std::size_t size>
std::string_view text_of(const std::array<char, size>& text) {
    return std::string_view(text.data(), size).substr(0, std::string_view(text.data(), size).find('\0'));
}

/// One ELF file. No number in it is used before it was compared with the file's size.
class Program {
public:
    explicit Program(const std::string& path) : file_(path, O_RDONLY) {
        struct stat facts{};
        if (::fstat(file_.get(), &facts) == 0) size_ = static_cast<std::uint64_t>(facts.st_size);
        is_elf_ = file_.read(0, bytes_of(header_)) && std::memcmp(header_.e_ident, ELFMAG, SELFMAG) == 0;
    }

    [[nodiscard]] bool is_elf() const { return is_elf_; }
    /// The same word size, byte order and processor.
    [[nodiscard]] bool is_like(const Program& other) const {
        const auto same = [&](int index) { return header_.e_ident[index] == other.header_.e_ident[index]; };
        return same(EI_CLASS) && same(EI_DATA) && same(EI_VERSION) &&
               header_.e_machine == other.header_.e_machine;
    }

    /// All that is loaded lies within the file, and so does the entry point.
    [[nodiscard]] bool is_whole() {
        const bool type = header_.e_type == ET_EXEC || header_.e_type == ET_DYN;
        if (!type || header_.e_phentsize != sizeof(Segment) || header_.e_phnum > segments_max) return false;
        bool starts = false;
        for (std::size_t i = 0; i < header_.e_phnum; ++i) {
            Segment& segment = segments_[i];
            if (!file_.read(header_.e_phoff + i * sizeof segment, bytes_of(segment))) return false;
            if (segment.p_offset > size_ || segment.p_filesz > size_ - segment.p_offset) return false;
            starts |= segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0 &&
                      header_.e_entry >= segment.p_vaddr &&
                      header_.e_entry - segment.p_vaddr < segment.p_filesz;
        }
        segment_count_ = header_.e_phnum;
        return starts;
    }

    /// The loader that the file names exists, or it names none.
    [[nodiscard]] bool has_loader() const {
        const auto* const wish = find(PT_INTERP);
        if (wish == nullptr) return true;
        std::array<char, loader_path_bytes_max> path{};
        return wish->p_filesz < path.size() &&
               file_.read(wish->p_offset, std::span(path).first(static_cast<std::size_t>(wish->p_filesz))) &&
               ::access(path.data(), X_OK) == 0;
    }

    [[nodiscard]] bool read_note(BoardNote& note) const {
        return std::ranges::any_of(segments(), [&](const Segment& segment) {
            return segment.p_type == PT_NOTE && read_note(segment, note);
        });
    }

private:
    [[nodiscard]] std::span<const Segment> segments() const {
        return std::span(segments_).first(segment_count_);
    }
    [[nodiscard]] const Segment* find(std::uint32_t type) const {
        const auto found = std::ranges::find(segments(), type, &Segment::p_type);
        return found == segments().end() ? nullptr : &*found;
    }

    /// Walks the notes of a segment: three words, name, content, the latter two padded.
    [[nodiscard]] bool read_note(const Segment& segment, BoardNote& note) const {
        const std::uint64_t alignment = segment.p_align == 8 ? 8 : 4;
        const auto padded = [&](std::uint64_t size) {
            return (size + alignment - 1) / alignment * alignment;
        };
        const BoardNote expected;
        std::uint64_t at = 0;
        for (std::size_t i = 0; i < notes_max && segment.p_filesz - at >= sizeof note; ++i) {
            if (!file_.read(segment.p_offset + at, bytes_of(note))) return false;
            if (note.owner_bytes == expected.owner_bytes && note.content_bytes == expected.content_bytes &&
                note.type == expected.type && note.owner == expected.owner)
                return true;
            const auto step = padded(12 + std::uint64_t{note.owner_bytes}) + padded(note.content_bytes);
            if (step > segment.p_filesz - at) return false;
            at += step;
        }
        return false;
    }

    File file_;
    std::uint64_t size_ = 0;
    Header header_{};
    bool is_elf_ = false;
    std::array<Segment, segments_max> segments_{};
    std::size_t segment_count_ = 0;
};

}  // namespace

std::string_view refusal_of_program(const std::string& path, std::string_view model,
                                    std::string_view version) {
    Program program(path);
    if (!program.is_elf()) return no_program;
    if (!program.is_like(Program("/proc/self/exe"))) return other_machine;
    if (!program.is_whole()) return not_whole;
    if (!program.has_loader()) return no_loader;
    BoardNote note;
    if (!program.read_note(note)) return no_board;
    if (text_of(note.model) != model) return other_model;
    return text_of(note.version) == version ? std::string_view() : other_version;
}

}  // namespace boardwalk::ports
