#pragma once

#include <span>
#include <string_view>

#include "shared/trusted_names.hpp"

namespace boardwalk::app {

/// The names that lead to this board. The owner of any other name could have it resolve to this board (DNS
/// rebinding); pages of that name would then be same-origin with the board's own page.
struct HostNames {
    std::string_view id;             ///< of the board: its mDNS name is made of it
    std::string_view computer_name;  ///< of the computer that it runs on; empty: it is no computer's guest
    std::span<const std::string_view> chosen_at_start = {};              ///< `--host`
    std::span<const protocol::TrustedHosts::Text> chosen_by_owner = {};  ///< `security.hosts`
};

/// The host of an authority (http/authority.hpp), without the port and one dot at its end.
[[nodiscard]] std::string_view host_of(std::string_view authority);

/// True for authorities that no DNS answer can lead elsewhere: an IP literal, `localhost` and names below it
/// (RFC 6761 §6.3).
[[nodiscard]] bool needs_no_name(std::string_view authority);

/// True for a name of this board, in any case: its mDNS name, also numbered after a clash (RFC 6762 §9), the
/// computer's, alone and in `.local`, and those that were chosen.
[[nodiscard]] bool is_own_name(std::string_view host, const HostNames& names);

/// True when `origin` is that of a page which came over plain HTTP from this authority (RFC 6454 §4).
[[nodiscard]] bool is_own_origin(std::string_view origin, std::string_view authority);

/// True when both are the same http or https origin. A port that is the scheme's own may be left out.
[[nodiscard]] bool is_same_origin(std::string_view a, std::string_view b);

}  // namespace boardwalk::app
