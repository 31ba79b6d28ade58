#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace boardwalk::test {

/// A folder of its own, gone with the test.
struct Folder {
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "boardwalk-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }

    std::string path;
};

}  // namespace boardwalk::test
