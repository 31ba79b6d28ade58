#include "firmware/app/file_writer.hpp"

namespace boardwalk::app {

bool FileWriter::start(std::string_view name, std::size_t bytes, Done done, void* context, Behind behind) {
    write_.Job::run = &FileWriter::run;
    write_.Job::finish = &FileWriter::finish;
    write_.self = this;
    write_.name = name;
    write_.bytes = bytes;
    write_.behind = behind;
    done_ = done;
    context_ = context;
    busy_ = true;
    overdue_ = false;
    since_ms_ = 0;
    if (workers_.submit(write_)) return true;
    busy_ = false;
    return false;
}

void FileWriter::run(server::Job& job) {
    auto& write = static_cast<Write&>(job);
    write.stored = write.self->storage_.write(write.name, {write.self->memory_.data(), write.bytes});
    if (write.stored && write.behind.run != nullptr) write.behind.run(write.behind.context);
}

void FileWriter::finish(server::Job& job) {
    auto& write = static_cast<Write&>(job);
    FileWriter& self = *write.self;
    self.busy_ = false;
    using enum Outcome;
    const auto outcome = self.overdue_  ? (write.stored ? stored_late : failed_late)
                         : write.stored ? stored
                                        : failed;
    self.done_(self.context_, outcome);
}

void FileWriter::turn(std::uint64_t now_ms) {
    if (!busy_ || overdue_) return;
    if (since_ms_ == 0) since_ms_ = now_ms;
    if (now_ms - since_ms_ <= limits::job_ms_max) return;
    overdue_ = true;
    done_(context_, Outcome::overdue);
}

}  // namespace boardwalk::app
