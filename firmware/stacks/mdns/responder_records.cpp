#include <algorithm>

#include "firmware/stacks/mdns/responder.hpp"
#include "shared/dns_sd.hpp"

/// What it tells about the board, record by record.
namespace boardwalk::ports::mdns {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t shared_ttl_s = 4'500;  // RFC 6762 §10
constexpr std::uint32_t host_ttl_s = 120;      // what names a host or its address
constexpr std::size_t label_bytes_max = 63;
constexpr std::size_t text_field_bytes_max = 255;  // RFC 6763 §6

/// A name as it stands in a packet (RFC 1035 §3.1), in a string that is as long as these need.
template <typename... Labels>
constexpr FixedString<40> name_of(Labels... labels) {
    FixedString<40> name;
    const auto append = [&name](std::string_view label) {
        const char size = static_cast<char>(label.size());
        return name.append({&size, 1}) && name.append(label);
    };
    if (!(append(labels) && ... && name.append("\0"sv))) name.clear();
    return name;
}
namespace dns_sd = protocol::dns_sd;
constexpr auto services = name_of("_services"sv, "_dns-sd"sv, "_udp"sv, dns_sd::domain_label);
constexpr auto board_type = name_of(dns_sd::board_label, dns_sd::tcp_label, dns_sd::domain_label);
constexpr auto http_type = name_of(dns_sd::http_label, dns_sd::tcp_label, dns_sd::domain_label);
constexpr auto local = name_of(dns_sd::domain_label);
static_assert(!services.empty() && !board_type.empty() && !http_type.empty());
constexpr auto no_weight = "\0\0\0\0"sv;  // priority and weight of a SRV record
/// NSEC bitmaps (RFC 6762 §6.1): an IPv4 address and nothing else, an IPv6 address and nothing else.
constexpr auto only_a = "\0\1\x40"sv;
constexpr auto only_aaaa = "\0\4\0\0\0\x08"sv;

/// A label in front of what is a name already.
Name under(std::string_view label, std::string_view parent) {
    std::array<char, 255> bytes;
    TextWriter out(bytes);
    out.append(static_cast<char>(label.size()));
    out.append(label);
    out.append(parent);
    return cut(out.view());
}

/// The name as a label: cut between characters where it is too long, and numbered when it was taken.
FixedString<label_bytes_max> label_of(std::string_view name, unsigned number) {
    std::array<char, 16> suffix_bytes;
    TextWriter suffix(suffix_bytes);
    if (number > 1) {
        suffix.append(" (");
        suffix.append_number(number);
        suffix.append(')');
    }
    const auto size = whole_characters(name, label_bytes_max - suffix.size());
    std::array<char, label_bytes_max> bytes;
    TextWriter out(bytes);
    out.append(size == 0 ? "Boardwalk"sv : name.substr(0, size));
    out.append(suffix.view());
    return cut(out.view());
}

}  // namespace

void Responder::name_records() {
    naming_.instance = label_of(naming_.name, instance_number_);
    std::array<char, label_bytes_max> bytes;
    TextWriter host(bytes);
    host.append("boardwalk-");
    host.append(service_.id);
    if (host_number_ > 1) {
        host.append('-');
        host.append_number(host_number_);
    }
    host_ = under(host.view(), local);
}

Name Responder::owner(std::size_t kind, const Naming& naming) const {
    switch (kind) {
        case services_board:
        case services_http: return services;
        case ptr_board: return board_type;
        case ptr_http: return http_type;
        case srv_board:
        case txt_board: return under(naming.instance, board_type);
        case srv_http:
        case txt_http: return under(naming.instance, http_type);
        default: return host_;
    }
}

Record Responder::record(std::size_t kind, const Link& link, const Naming& naming, Data& room) const {
    Record record{.name = owner(kind, naming), .unique = is_unique(kind), .ttl_s = shared_ttl_s};
    TextWriter data(room);
    switch (kind) {
        case services_board:
        case services_http:
            record.type = type_ptr;
            data.append(kind == services_board ? board_type : http_type);
            break;
        case ptr_board:
        case ptr_http:
            record.type = type_ptr;
            data.append(under(naming.instance, kind == ptr_board ? board_type : http_type));
            break;
        case srv_board:
        case srv_http:
            record.type = type_srv;
            record.ttl_s = host_ttl_s;
            data.append(no_weight);
            append_u16(data, service_.port);
            data.append(host_);
            break;
        case txt_board:
        case txt_http:
            record.type = type_txt;
            write_text(naming, data);
            break;
        case host_address:
            record.type = address_type(link);
            record.ttl_s = host_ttl_s;
            data.append(link.address);
            break;
        default:  // no other record (RFC 6762 §6.1), so that a query for the other family need not wait
            record.type = type_nsec;
            record.ttl_s = host_ttl_s;
            data.append(host_);
            data.append(address_type(link) == type_a ? only_a : only_aaaa);
            break;
    }
    record.data = data.view();
    return record;
}

/// RFC 6763 §6.
void Responder::write_text(const Naming& naming, TextWriter& out) const {
    const auto add = [&out](std::string_view key, std::string_view value) {
        static_assert(sizeof(Service) < text_field_bytes_max);  // no field of ours needs cutting
        out.append(static_cast<char>(key.size() + 1 + value.size()));
        out.append(key);
        out.append('=');
        out.append(value);
    };
    add(dns_sd::txt_version_key, dns_sd::txt_version);
    add(dns_sd::id_key, service_.id);
    add(dns_sd::mac_key, service_.mac);
    add(dns_sd::name_key, naming.name);
    add(dns_sd::model_key, service_.model);
    add(dns_sd::firmware_key, service_.firmware);
    add(dns_sd::api_key, dns_sd::api_version);
    add(dns_sd::path_key, dns_sd::path);
    add(dns_sd::tls_key, dns_sd::no);
    add(dns_sd::auth_key, service_.auth ? dns_sd::yes : dns_sd::no);
}

}  // namespace boardwalk::ports::mdns
