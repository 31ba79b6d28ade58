#include "firmware/ports/linux/options.hpp"

#include <arpa/inet.h>
#include <lwip/init.h>
#include <mbedtls/version.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <map>

#include "firmware/limits.hpp"
#include "firmware/ports/linux/addresses.hpp"
#include "firmware/ports/linux/lwip/lwip_stack.hpp"
#include "shared/name_rule.hpp"
#include "shared/setup_code.hpp"
#include "shared/trusted_names.hpp"

// CLI11 reports by exceptions; this file alone is compiled with them, and none leaves it.
namespace boardwalk::ports {
namespace {

constexpr int exit_bad_option = 2;

std::string check_address(const std::string& text) {
    in6_addr any{};
    const bool known = text == by_dhcp || ::inet_pton(AF_INET, text.c_str(), &any) == 1 ||
                       ::inet_pton(AF_INET6, text.c_str(), &any) == 1;
    if (!known) return "'" + text + "' is not an IPv4 or IPv6 address, nor dhcp";
    return is_of_many(text) ? "no client can connect to " + text : std::string();
}

std::string check_name(const std::string& text) {
    const auto fault = protocol::find_name_fault(text);
    if (fault.kind == protocol::NameFault::Kind::none) return {};
    return "the name " + std::string(protocol::describe(fault).view());
}

std::string check_host(const std::string& text) {
    protocol::TrustedHosts::Text host;
    const auto wrong = protocol::read_trusted_host(text, host);
    return wrong.empty() ? std::string() : "'" + text + "' " + std::string(wrong);
}

/// Returns an empty text, or what is wrong.
std::string read_code(const std::string& path, std::optional<protocol::SetupCode>& code) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) return "--setup-code-file: '" + path + "' cannot be read";
    if (!line.empty() && line.back() == '\r') line.pop_back();
    code = protocol::read_setup_code(line);
    if (code) return {};
    return "--setup-code-file: '" + path + "' must hold 8 letters and digits, without U";
}

constexpr std::string_view tap_prefix = "tap:";
/// A network device's name, as the kernel takes it.
constexpr std::size_t device_bytes_max = 15;

std::string check_link(const std::string& text) {
    if (text == "slirp") return {};
    const bool tap = text.starts_with(tap_prefix) && text.size() > tap_prefix.size() &&
                     text.size() <= tap_prefix.size() + device_bytes_max &&
                     text.find('/') == std::string::npos;
    return tap ? std::string() : "'" + text + "' is neither slirp nor tap:NAME";
}

/// What `--version` prints: the board's version on the first line, below it the libraries that are built in
/// or linked. A board of the first release runs a new image with `--version` before it takes it, expects the
/// first line alone, and limits that to five seconds by an alarm, which outlives the start of a program. Such
/// a board gets the first line alone.
std::string version_text() {
    std::string board = "boardwalk-board " BOARDWALK_VERSION;
    if (::alarm(0) != 0) return board;
    return board + "\nlwIP " LWIP_VERSION_STRING ", Mbed TLS " MBEDTLS_VERSION_STRING;
}

/// Checks options against each other. Returns an empty text, or what is wrong with which option.
std::string settle_stack(BoardOptions& options, const std::string& stack, const std::string& link) {
    const bool tap = link.starts_with(tap_prefix);
    if (options.address == by_dhcp && (stack == "kernel" || !tap)) {
        return "--address: dhcp only with --stack lwip --link tap:NAME";
    }
    if (stack == "kernel") return link.empty() ? "" : "--link: only with --stack lwip";
    options.stack = tap ? Stack::lwip_over_tap : Stack::lwip_over_slirp;
    if (options.connections > LwipStack::connections_max) {
        return "--connections: at most " + std::to_string(LwipStack::connections_max) + " with --stack lwip";
    }
    if (!tap && options.address.find(':') != std::string::npos) {
        return "--address: slirp passes connections on from IPv4 addresses only";
    }
    if (!tap) return {};
    options.tap_device = link.substr(tap_prefix.size());
    if (is_loopback(options.address) || is_any(options.address))
        return "--address: with --link tap the board needs an address of its own";
    if (options.mdns == MdnsScope::loopback)
        return "--mdns: a board on --link tap has no loopback to be found on";
    if (options.mdns == MdnsScope::lan && options.address.find(':') != std::string::npos) {
        return "--mdns: lwIP announces IPv4 addresses only";
    }
    return {};
}

}  // namespace

bool parse_options(int argc, char** argv, BoardOptions& options, int& exit_code) {
    CLI::App cli{
        "The Boardwalk firmware on this computer: the same server, application and dashboard as on the chip.",
        "boardwalk-board"};
    cli.set_version_flag("--version", version_text);
    const std::map<std::string, MdnsScope> scopes = {
        {"off", MdnsScope::off}, {"loopback", MdnsScope::loopback}, {"lan", MdnsScope::lan}};
    const std::map<std::string, protocol::LogLevel> levels = {{"debug", protocol::LogLevel::debug},
                                                              {"info", protocol::LogLevel::info},
                                                              {"warning", protocol::LogLevel::warning},
                                                              {"error", protocol::LogLevel::error}};
    std::string mdns;
    std::string stack = "kernel";
    std::string link;
    std::string log_level = "info";
    std::string code_file;
    const auto one_of = [](const auto& table) {
        std::vector<std::string> names;
        names.reserve(table.size());
        for (const auto& row : table)
            names.push_back(row.first);
        return CLI::IsMember(names);
    };
    using CLI::Range;
    cli.add_option("--address", options.address, "address to listen on; dhcp, with --link tap: ask for one")
        ->check(CLI::Validator(check_address, "IP", "address"))
        ->capture_default_str();
    cli.add_option("--port", options.port, "port to listen on; 0 picks a free one")
        ->check(Range(0, 65'535))
        ->capture_default_str();
    cli.add_option("--name", options.name, "the board's name at its first start; a stored one wins")
        ->check(CLI::Validator(check_name, "NAME", "name"))
        ->capture_default_str();
    cli.add_option("--data-dir", options.data_dir,
                   "where settings are kept (default: the user's data directory)")
        ->check([](const std::string& path) { return path.empty() ? "a path is needed" : std::string(); },
                "");
    cli.add_option("--stack", stack, "whose TCP/IP: the kernel's, or lwIP's as on the chip")
        ->check(CLI::IsMember({"kernel", "lwip"}))
        ->capture_default_str();
    cli.add_option(
           "--link", link,
           "lwIP's cable: slirp (a port of this computer; default) or tap:NAME (--address is then the "
           "board's own)")
        ->check(CLI::Validator(check_link, "slirp|tap:NAME", "link"));
    cli.add_option("--host", options.hosts,
                   "a name that leads to this board, as of a proxy (repeatable); IP addresses, localhost and "
                   "this computer's name always may")
        ->type_name("NAME")
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_host, "", "host"));
    cli.add_option("--setup-code-file", code_file,
                   "a file whose first line is the board's set-up code (default: another one at each start)")
        ->type_name("FILE");
    cli.add_option("--connections", options.connections, "connection slots")
        ->check(Range(2U, static_cast<unsigned>(limits::connections_max)))
        ->capture_default_str();
    cli.add_option("--buffers", options.buffers, "scratch buffers of 4 KB")
        ->check(Range(1U, static_cast<unsigned>(limits::buffers_max)))
        ->capture_default_str();
    cli.add_option("--workers", options.workers, "threads for handlers that must wait")
        ->check(Range(1U, static_cast<unsigned>(limits::workers_max)))
        ->capture_default_str();
    cli.add_option("--mdns", mdns, "announce the board (default: off on a loopback address, else lan)")
        ->check(one_of(scopes));
    cli.add_flag("--echo", options.echo,
                 "add a WebSocket at /echo that returns each message, for conformance checks");
    cli.add_option("--log-level", log_level, "least level that is printed")
        ->check(one_of(levels))
        ->capture_default_str();
    bool reset_owner = false;
    bool factory_reset = false;
    cli.add_flag("--reset-owner", reset_owner,
                 "forget people, tokens and sessions, keep the settings, and start nothing");
    cli.add_flag("--factory-reset", factory_reset, "forget all that the board was told, and start nothing");
    try {
        cli.parse(argc, argv);
    } catch (const CLI::Success& success) {  // --help, --version
        exit_code = cli.exit(success, std::cout, std::cerr);
        return false;
    } catch (const CLI::ParseError& error) {
        std::string text = error.what();
        for (char& c : text) {
            if (c == '\n') c = ' ';
        }
        std::cerr << "boardwalk-board: " << text << " (see --help)\n";
        exit_code = exit_bad_option;
        return false;
    }
    const bool only_v6 = link.starts_with(tap_prefix) && options.address.find(':') != std::string::npos;
    const bool quiet = is_loopback(options.address) || only_v6;
    options.mdns = !mdns.empty() ? scopes.at(mdns) : quiet ? MdnsScope::off : MdnsScope::lan;
    options.log_level = levels.at(log_level);
    options.reset = factory_reset ? Reset::factory : reset_owner ? Reset::owner : Reset::none;
    auto problem = settle_stack(options, stack, link);
    if (problem.empty() && !code_file.empty()) problem = read_code(code_file, options.setup_code);
    if (!problem.empty()) {
        std::cerr << "boardwalk-board: " << problem << " (see --help)\n";
        exit_code = exit_bad_option;
        return false;
    }
    return true;
}

}  // namespace boardwalk::ports
