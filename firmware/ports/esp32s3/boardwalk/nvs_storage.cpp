#include "firmware/ports/esp32s3/boardwalk/nvs_storage.hpp"

#include <nvs_flash.h>

#include <algorithm>
#include <array>

#include "firmware/core/text_writer.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::ports {

namespace {

constexpr const char* files_namespace = "boardwalk";
constexpr const char* kept_namespace = "boardwalk.old";
/// What set_aside can keep: the largest of the application's files.
constexpr std::size_t kept_bytes_max = limits::storage_file_bytes_max;
static_assert(limits::storage_name_bytes_max < NVS_KEY_NAME_MAX_SIZE, "a name and its zero are a key");

/// A name with the zero that NVS wants; empty when it is too long for a key.
using Key = std::array<char, NVS_KEY_NAME_MAX_SIZE>;
Key key_of(std::string_view name) {
    Key key{};
    if (name.size() < key.size()) std::ranges::copy(name, key.begin());
    return key;
}

bool put(nvs_handle_t handle, const Key& key, std::string_view content) {
    return key[0] != '\0' && nvs_set_blob(handle, key.data(), content.data(), content.size()) == ESP_OK &&
           nvs_commit(handle) == ESP_OK;
}

}  // namespace

bool NvsStorage::open() {
    auto begun = nvs_flash_init();
    if (begun == ESP_ERR_NVS_NO_FREE_PAGES || begun == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        // The partition has another layout, or no free page is left: its content cannot be read.
        if (nvs_flash_erase() != ESP_OK) return false;
        begun = nvs_flash_init();
    }
    return begun == ESP_OK && nvs_open(files_namespace, NVS_READWRITE, &files_) == ESP_OK &&
           nvs_open(kept_namespace, NVS_READWRITE, &kept_) == ESP_OK;
}

app::Storage::Found NvsStorage::read(std::string_view name, std::span<char> memory, std::size_t& size) {
    size = memory.size();
    const auto result = nvs_get_blob(files_, key_of(name).data(), memory.data(), &size);
    if (result == ESP_OK) return Found::yes;
    size = 0;
    return result == ESP_ERR_NVS_NOT_FOUND ? Found::no : Found::unreadable;
}

bool NvsStorage::write(std::string_view name, std::string_view content) {
    return put(files_, key_of(name), content);
}

FixedString<64> NvsStorage::set_aside(std::string_view name) {
    std::array<char, kept_bytes_max> memory;
    std::size_t size = 0;
    if (read(name, memory, size) != Found::yes || !put(kept_, key_of(name), {memory.data(), size})) return {};
    std::array<char, 64> text;
    TextWriter out(text);
    out.append(kept_namespace);
    out.append('/');
    out.append(name);
    return cut(out.view());
}

}  // namespace boardwalk::ports
