/// A plugin for QEMU: counts the instructions that a machine executes between marks (mark.hpp).
///
/// Writes for each part that was measured the line `part BOARD WORLD`, how many were executed at either side,
/// and for each instruction of the board's that was, `ADDRESS COUNT`.
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

/// What we use of QEMU's interface to plugins (docs/devel/tcg-plugins.rst); Debian has no header of it.
extern "C" {
using qemu_plugin_id_t = std::uint64_t;
struct qemu_info_t {
    const char* target_name;
    int version_min, version_now;  // and more, which we do not read
};
struct qemu_plugin_tb;
struct qemu_plugin_insn;
std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb*);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb*, std::size_t);
std::size_t qemu_plugin_insn_data(const qemu_plugin_insn*, void*, std::size_t);  // since version 3
std::size_t qemu_plugin_insn_size(const qemu_plugin_insn*);
std::uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn*);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, qemu_plugin_tb*));
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn*, void (*)(unsigned, void*), int, void*);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void*), void*);

/// Debian 12's QEMU 7 has version 1 of the interface, Debian 13's QEMU 10 takes versions 2 to 4. It is read
/// once this plugin is loaded; scoreboards came with version 2.
[[gnu::visibility("default")]] int qemu_plugin_version =
    ::dlsym(RTLD_DEFAULT, "qemu_plugin_scoreboard_new") != nullptr ? 2 : 1;
[[gnu::visibility("default")]] int qemu_plugin_install(qemu_plugin_id_t, const qemu_info_t*, int, char**);
}

namespace {

constexpr std::size_t flash_bytes = 1 << 20;
constexpr int no_registers = 0;  // QEMU_PLUGIN_CB_NO_REGS

std::array<std::uint32_t, flash_bytes / 2> counts;  // how often the instruction at twice the index ran
std::uint64_t board_count = 0, world_count = 0;
bool counting = false, at_board = true;
std::FILE* out = nullptr;
int interface_version = 1;  // QEMU's own

void on_instruction(unsigned, void* index) {
    if (!counting) return;
    if (!at_board) {
        ++world_count;
        return;
    }
    ++board_count;
    ++counts[reinterpret_cast<std::uintptr_t>(index)];
}

void write_part() {
    std::fprintf(out, "part %llu %llu\n", static_cast<unsigned long long>(board_count),
                 static_cast<unsigned long long>(world_count));
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] != 0) std::fprintf(out, "%zx %u\n", 2 * i, counts[i]);
    }
}

void on_mark(unsigned, void* mark) {
    switch (reinterpret_cast<std::uintptr_t>(mark)) {
        case 0: at_board = true; break;
        case 1: at_board = false; break;
        case 2:
            counting = true;
            board_count = world_count = 0;
            counts.fill(0);
            break;
        case 3:
            counting = false;
            write_part();
            break;
        default: break;
    }
}

std::array<std::uint8_t, 4> bytes_of(const qemu_plugin_insn* instruction) {
    std::array<std::uint8_t, 4> bytes{};
    if (interface_version >= 3) {
        (void)qemu_plugin_insn_data(instruction, bytes.data(), bytes.size());
        return bytes;
    }
    using Before3 = const void* (*)(const qemu_plugin_insn*);
    const auto data = reinterpret_cast<Before3>(reinterpret_cast<void (*)()>(&qemu_plugin_insn_data));
    std::copy_n(static_cast<const std::uint8_t*>(data(instruction)), bytes.size(), bytes.begin());
    return bytes;
}

/// `dbg #N` (ARMv7-M, A7.7.32), as it stands in memory; -1: another instruction.
int mark_of(const qemu_plugin_insn* instruction) {
    if (qemu_plugin_insn_size(instruction) != 4) return -1;
    const auto bytes = bytes_of(instruction);
    const bool dbg = bytes[0] == 0xAF && bytes[1] == 0xF3 && (bytes[2] & 0xF0) == 0xF0 && bytes[3] == 0x80;
    return dbg ? bytes[2] & 0x0F : -1;
}

void on_translation(qemu_plugin_id_t, qemu_plugin_tb* block) {
    for (std::size_t i = 0; i < qemu_plugin_tb_n_insns(block); ++i) {
        auto* const instruction = qemu_plugin_tb_get_insn(block, i);
        const int mark = mark_of(instruction);
        const auto index = qemu_plugin_insn_vaddr(instruction) / 2;
        const auto told = mark >= 0 ? static_cast<std::uintptr_t>(mark) : index;
        if (index >= counts.size()) continue;  // nothing runs there
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, mark >= 0 ? on_mark : on_instruction,
                                               no_registers, reinterpret_cast<void*>(told));
    }
}

void on_exit(qemu_plugin_id_t, void*) { std::fclose(out); }

}  // namespace

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t* info, int argument_count, char** arguments) {
    interface_version = info->version_now;
    constexpr std::string_view name = "out=";
    for (int i = 0; i < argument_count; ++i) {
        if (std::string_view(arguments[i]).starts_with(name))
            out = std::fopen(arguments[i] + name.size(), "w");
    }
    if (out == nullptr) return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_exit, nullptr);
    return 0;
}
