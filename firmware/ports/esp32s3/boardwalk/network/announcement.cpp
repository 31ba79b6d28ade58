#include "firmware/ports/esp32s3/boardwalk/network/announcement.hpp"

#include <mdns.h>

#include <algorithm>

#include "shared/dns_sd.hpp"

namespace boardwalk::ports {

namespace {

/// Text with the zero that C wants.
template <std::size_t capacity>
struct CText {
    explicit CText(std::string_view text) { std::ranges::copy(text.substr(0, capacity), memory.begin()); }
    [[nodiscard]] const char* get() const { return memory.data(); }
    std::array<char, capacity + 1> memory{};
};
using NameText = CText<limits::name_bytes_max>;

namespace dns_sd = protocol::dns_sd;
constexpr const char* board_type = dns_sd::board_label.data();
constexpr const char* http_type = dns_sd::http_label.data();
constexpr const char* tcp = dns_sd::tcp_label.data();

const char* auth_of(bool claimed) { return claimed ? dns_sd::yes.data() : dns_sd::no.data(); }

bool name_services(const char* name) {
    return mdns_instance_name_set(name) == ESP_OK &&
           mdns_service_instance_name_set(board_type, tcp, name) == ESP_OK &&
           mdns_service_instance_name_set(http_type, tcp, name) == ESP_OK;
}

}  // namespace

bool Announcement::start(const app::Identity& identity, std::string_view name, std::string_view model,
                         std::uint16_t port, bool claimed) {
    announced_ = cut(name);
    announced_claim_ = claimed;
    const NameText text(name);
    const CText<32> model_text(model);
    const CText<12> id(identity.id.view());
    const CText<17> mac(identity.mac.view());
    CText<24> host("boardwalk-");
    std::ranges::copy(identity.id.view(), host.memory.begin() + 10);
    std::array<mdns_txt_item_t, 10> keys = {{{dns_sd::txt_version_key.data(), dns_sd::txt_version.data()},
                                             {dns_sd::id_key.data(), id.get()},
                                             {dns_sd::mac_key.data(), mac.get()},
                                             {dns_sd::name_key.data(), text.get()},
                                             {dns_sd::model_key.data(), model_text.get()},
                                             {dns_sd::firmware_key.data(), BOARDWALK_VERSION},
                                             {dns_sd::api_key.data(), dns_sd::api_version.data()},
                                             {dns_sd::path_key.data(), dns_sd::path.data()},
                                             {dns_sd::tls_key.data(), dns_sd::no.data()},
                                             {dns_sd::auth_key.data(), auth_of(claimed)}}};
    const auto add = [&](const char* type) {
        return mdns_service_add(text.get(), type, tcp, port, keys.data(), keys.size()) == ESP_OK;
    };
    return mdns_init() == ESP_OK && mdns_hostname_set(host.get()) == ESP_OK &&
           mdns_instance_name_set(text.get()) == ESP_OK && add(board_type) && add(http_type);
}

void Announcement::follow(std::string_view name, bool claimed) {
    if (renaming_ || (announced_ == name && announced_claim_ == claimed)) return;
    rename_.name = cut(name);
    rename_.claimed = claimed;
    rename_.self = this;
    rename_.run = [](server::Job& job) {
        const auto& rename = static_cast<Rename&>(job);
        const NameText text(rename.name.view());
        for (const char* const type : {board_type, http_type})
            (void)mdns_service_txt_item_set(type, tcp, dns_sd::auth_key.data(), auth_of(rename.claimed));
        if (!name_services(text.get())) return;
        (void)mdns_service_txt_item_set(board_type, tcp, dns_sd::name_key.data(), text.get());
        (void)mdns_service_txt_item_set(http_type, tcp, dns_sd::name_key.data(), text.get());
    };
    rename_.finish = [](server::Job& job) {
        const auto& rename = static_cast<Rename&>(job);
        rename.self->announced_ = rename.name;
        rename.self->announced_claim_ = rename.claimed;
        rename.self->renaming_ = false;
    };
    renaming_ = true;  // first: workers that are done before they return are done with it
    if (!workers_.submit(rename_)) renaming_ = false;
}

}  // namespace boardwalk::ports
