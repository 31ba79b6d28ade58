#pragma once

#include <array>
#include <string_view>

#include "firmware/app/owner/setup_note.hpp"
#include "firmware/core/text_writer.hpp"
#include "firmware/ports/linux/storage/data_directory.hpp"

namespace boardwalk::ports {

/// The set-up code as the file `setup-code` of the data directory (0600): one line, for whoever may read the
/// board's files. It goes when the board is claimed; a code whose time is over stays until then, and the
/// board says that it is.
class SetupCodeFile final : public app::SetupNote {
public:
    explicit SetupCodeFile(DataDirectory& directory) : directory_(directory) {}

    void leave(std::string_view code) override {
        std::array<char, 16> memory;
        TextWriter line(memory);
        line.append(code);
        line.append('\n');
        (void)directory_.write(name, line.view());  // the console has it, too
    }
    void take_back() override { directory_.remove_with_copies(name); }

private:
    static constexpr std::string_view name = "setup-code";
    static_assert(app::is_storage_name(name));

    DataDirectory& directory_;
};

}  // namespace boardwalk::ports
