#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "firmware/app/storage.hpp"

namespace boardwalk::ports {

/// The board's files on this computer: one directory, locked for as long as the object lives.
class DataDirectory final : public app::Storage {
public:
    /// Makes the directory where it is missing, and locks it. Returns nothing, and one line in `error`, when
    /// it cannot be written or another board holds the lock.
    [[nodiscard]] static std::optional<DataDirectory> open(std::string_view path, std::string& error);

    /// Where a user's data belongs (XDG Base Directory): "$XDG_DATA_HOME/boardwalk-board", or below
    /// ~/.local/share. Empty when the environment names neither.
    [[nodiscard]] static std::string default_path();

    DataDirectory(DataDirectory&&) noexcept;
    DataDirectory& operator=(DataDirectory&&) = delete;
    ~DataDirectory() override;

    [[nodiscard]] const std::string& path() const { return path_; }

    Found read(std::string_view name, std::span<char> memory, std::size_t& size) override;
    [[nodiscard]] bool write(std::string_view name, std::string_view content) override;
    FixedString<64> set_aside(std::string_view name) override;
    /// The file is gone, or never was there, with what is left of it under other names: copies that were kept
    /// aside, and writes that were cut short. May block.
    void remove_with_copies(std::string_view name);

private:
    DataDirectory(std::string path, int directory, int lock);

    std::string path_;
    int directory_ = -1;
    int lock_ = -1;
};

}  // namespace boardwalk::ports
