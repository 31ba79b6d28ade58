#pragma once

#include <array>
#include <optional>

#include "firmware/app/storage.hpp"
#include "firmware/ports/mps2/storage/flash.hpp"

namespace boardwalk::ports {

/// The application's small files on bare flash. Each version of a file is one sector: what it holds, and
/// then, written last, a head with a number, the name and a checksum. The highest number counts, so that a
/// power cut at any moment leaves the version before. A new one goes to the next sector that holds no file's
/// newest version, round and round, so that all sectors wear alike. One that cannot be written is passed
/// over; one that cannot be read may hold a newest version, and stays as it is.
class FlashFiles final : public app::Storage {
public:
    /// What one file may hold.
    static constexpr std::size_t head_bytes = 48;
    static constexpr std::size_t file_bytes_max = Flash::sector_bytes - head_bytes;
    static_assert(file_bytes_max >= limits::storage_file_bytes_max);

    explicit FlashFiles(Flash& flash) : flash_(flash) {}

    Found read(std::string_view name, std::span<char> memory, std::size_t& size) override;
    [[nodiscard]] bool write(std::string_view name, std::string_view content) override;
    FixedString<64> set_aside(std::string_view name) override;

private:
    using Name = std::array<char, 32>;
    struct Head {
        std::uint32_t magic = 0;
        std::uint32_t number = 0;
        std::uint32_t size = 0;
        std::uint32_t checksum = 0;
        Name name{};
    };
    static_assert(sizeof(Head) == head_bytes);

    /// Whether a version is there whole, and its head.
    [[nodiscard]] Found look(std::size_t sector, Head&);
    /// Nothing when there is none, or when the flash could not be read.
    [[nodiscard]] std::optional<Head> head_of(std::size_t sector);
    [[nodiscard]] std::optional<std::uint32_t> checksum_of(std::size_t sector, const Head&);
    /// The sector with a file's newest version.
    [[nodiscard]] std::optional<std::size_t> find(const Name&);
    [[nodiscard]] bool is_free(std::size_t sector);
    /// A file's newest version. `fill` programs its content into the sector that it gets.
    template <class Fill>
    [[nodiscard]] bool store(Head, Fill fill);
    [[nodiscard]] bool finish(std::size_t sector, Head);
    [[nodiscard]] static Name name_of(std::string_view name, std::string_view ending = {});

    Flash& flash_;
};

}  // namespace boardwalk::ports
