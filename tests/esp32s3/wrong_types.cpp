// Fine on this computer, wrong on the chip: tests/esp32s3/CMakeLists.txt expects both complaints.
#include <array>
#include <cstdint>
#include <cstdio>

int wrong_types(std::uint32_t number, std::uint64_t place) {
    const std::array<int, 4> values = {1, 2, 3, 4};
    std::printf("%d", number);
    return values[place];
}
