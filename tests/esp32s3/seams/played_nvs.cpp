#include <nvs.h>
#include <nvs_flash.h>

#include <climits>
#include <cstring>
#include <map>
#include <memory>
#include <string>

#include "firmware/ports/esp32s3/boardwalk/nvs_storage.hpp"
#include "tests/esp32s3/seams/chip_seams.hpp"

/// NVS after its documents: a key has 1 to 15 bytes, a blob that does not fit is not read at all, and what
/// was set is there until another is set.
namespace {

constexpr esp_err_t failed = -1, key_invalid = 0x1106, key_too_long = 0x1109, length_invalid = 0x110c;

std::map<std::string, std::map<std::string, std::string>> spaces;
std::map<nvs_handle_t, std::string> handles;
int writes_left = INT_MAX;

esp_err_t fault_of(const char* key) {
    const auto size = std::strlen(key);
    return size == 0 ? key_invalid : size >= NVS_KEY_NAME_MAX_SIZE ? key_too_long : ESP_OK;
}

}  // namespace

extern "C" {

esp_err_t nvs_flash_init(void) { return ESP_OK; }

esp_err_t nvs_flash_erase(void) {
    spaces.clear();
    return ESP_OK;
}

esp_err_t nvs_open(const char* name, nvs_open_mode_t, nvs_handle_t* handle) {
    if (const auto fault = fault_of(name); fault != ESP_OK) return fault;
    *handle = static_cast<nvs_handle_t>(handles.size() + 1);
    handles[*handle] = name;
    return ESP_OK;
}

esp_err_t nvs_get_blob(nvs_handle_t handle, const char* key, void* bytes, size_t* size) {
    if (const auto fault = fault_of(key); fault != ESP_OK) return fault;
    const auto& space = spaces[handles.at(handle)];
    const auto found = space.find(key);
    if (found == space.end()) return ESP_ERR_NVS_NOT_FOUND;
    const auto room = *size;
    *size = found->second.size();
    if (found->second.size() > room) return length_invalid;
    std::memcpy(bytes, found->second.data(), found->second.size());
    return ESP_OK;
}

esp_err_t nvs_set_blob(nvs_handle_t handle, const char* key, const void* bytes, size_t size) {
    if (const auto fault = fault_of(key); fault != ESP_OK) return fault;
    if (writes_left == 0) return failed;
    --writes_left;
    spaces[handles.at(handle)][key].assign(static_cast<const char*>(bytes), size);
    return ESP_OK;
}

esp_err_t nvs_commit(nvs_handle_t) { return ESP_OK; }

}  // extern "C"

namespace boardwalk::test {

void erase_nvs() {
    spaces.clear();
    writes_left = INT_MAX;
}

std::unique_ptr<app::Storage> open_nvs() {
    auto storage = std::make_unique<ports::NvsStorage>();
    if (!storage->open()) return nullptr;
    return storage;
}

std::string nvs_blob(const std::string& space, const std::string& key) {
    const auto& blobs = spaces[space];
    const auto found = blobs.find(key);
    return found == blobs.end() ? std::string() : found->second;
}

void limit_nvs_writes(int writes) { writes_left = writes; }

}  // namespace boardwalk::test
