#pragma once

#include <array>
#include <string_view>

#include "firmware/app/settings/identity.hpp"
#include "firmware/app/settings/settings.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::ports {

/// Makes the board findable by DNS-SD, by the component espressif/mdns: it follows the interfaces as they
/// come and go, and has a task of its own. Its calls wait for that task, which waits for lwIP's: never call
/// it from there, so that a new name goes by way of a worker.
class Announcement {
public:
    explicit Announcement(server::Workers& workers) : workers_(workers) {}
    Announcement(const Announcement&) = delete;
    Announcement& operator=(const Announcement&) = delete;

    /// To be called once, from any task but lwIP's. Returns false when the board answers but cannot be found
    /// by name.
    [[nodiscard]] bool start(const app::Identity&, std::string_view name, std::string_view model,
                             std::uint16_t port, bool claimed);
    /// Once a turn: announces what has changed, the name or whether the board is claimed. Loop's thread.
    void follow(std::string_view name, bool claimed);

private:
    struct Rename : server::Job {
        FixedString<limits::name_bytes_max> name;
        bool claimed = false;
        Announcement* self = nullptr;
    };

    server::Workers& workers_;
    FixedString<limits::name_bytes_max> announced_;
    bool announced_claim_ = false;
    Rename rename_;
    bool renaming_ = false;
};

}  // namespace boardwalk::ports
