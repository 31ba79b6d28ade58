// Runs a fuzz target over files and folders given as arguments, without libFuzzer: the corpus as a test, any
// compiler.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/oracle.hpp"

namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& place) {
    if (!std::filesystem::is_directory(place)) return {place};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(place))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

}  // namespace

int main(int count, char** arguments) {
    std::size_t replayed = 0;
    for (int i = 1; i < count; ++i) {
        for (const auto& file : files_of(arguments[i])) {
            std::fprintf(stderr, "%s\n", file.c_str());  // the last one named is the one that fails
            std::ifstream stream(file, std::ios::binary);
            if (!stream) return 1;
            // No null pointer for an empty file, and no spare byte behind a full one.
            const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
            const std::vector<std::uint8_t> alone(bytes.begin(), bytes.end());
            (void)LLVMFuzzerTestOneInput(alone.data(), alone.size());
            ++replayed;
        }
    }
    std::fprintf(stderr, "%zu inputs\n", replayed);
    return replayed > 0 ? 0 : 1;
}
