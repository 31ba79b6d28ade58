#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "firmware/ports/mps2/storage/flash.hpp"

namespace boardwalk::test {

/// Flash whose power goes after so many steps: a byte is written, or `erased_in_a_step` are erased. And with
/// sectors that wear out: some cannot be read any more, others cannot be written.
class FailingFlash : public ports::Flash {
public:
    static constexpr std::size_t erased_in_a_step = 256;

    explicit FailingFlash(std::size_t sectors) : cells(sectors * sector_bytes, '\xff'), erased(sectors) {}

    [[nodiscard]] std::size_t sectors() const override { return erased.size(); }
    [[nodiscard]] bool read(std::size_t address, std::span<char> bytes) override {
        if (!holds(address, bytes.size()) || unreadable.contains(address / sector_bytes)) return false;
        std::copy_n(cells.begin() + static_cast<std::ptrdiff_t>(address), bytes.size(), bytes.begin());
        return true;
    }
    [[nodiscard]] bool erase(std::size_t sector) override {
        if (sector >= sectors()) return false;
        ++erased[sector];
        for (std::size_t i = 0; i < sector_bytes; i += erased_in_a_step) {
            if (!spend()) return false;
            std::fill_n(cells.begin() + static_cast<std::ptrdiff_t>(sector * sector_bytes + i),
                        erased_in_a_step, '\xff');
        }
        return true;
    }
    [[nodiscard]] bool program(std::size_t address, std::string_view bytes) override {
        if (!holds(address, bytes.size())) return false;
        for (const char byte : bytes) {
            if (worn.contains(address / sector_bytes) || !spend()) return false;
            auto& cell = cells[address++];
            cell = static_cast<char>(cell & byte);
        }
        return true;
    }

    std::string cells;
    std::vector<int> erased;
    std::set<std::size_t> unreadable, worn;
    std::size_t steps_left = SIZE_MAX;

private:
    bool spend() { return steps_left > 0 && steps_left-- > 0; }
};

}  // namespace boardwalk::test
