#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>

#include "firmware/app/crypto/sha256.hpp"
#include "firmware/ports/linux/boot/executable.hpp"
#include "firmware/ports/linux/boot/file_image_store.hpp"
#include "firmware/ports/linux/boot/program_check.hpp"
#include "firmware/ports/linux/storage/data_directory.hpp"
#include "firmware/ports/mps2/boot/flash_image_store.hpp"
#include "firmware/ports/mps2/boot/image_description.hpp"
#include "firmware/ports/mps2/storage/flash_files.hpp"
#include "tests/contract/seams/folder.hpp"
#include "tests/esp32s3/seams/chip_seams.hpp"
#include "tests/support/failing_flash.hpp"
#include "tests/support/flash.hpp"

/// What firmware/app/update/image_store.hpp promises.
namespace boardwalk::test {
namespace {

constexpr std::string_view version = "7.7.7";
constexpr std::string_view other_version = "7.7.8";

/// A machine with slots: what starts is told by its store after `start`.
class StoreUnderTest {
public:
    virtual ~StoreUnderTest() = default;
    virtual app::ImageStore& store() = 0;
    /// The machine starts again: the boot loader decides.
    virtual void start() = 0;
    /// A payload that this machine can run, of the version.
    virtual std::string payload() = 0;
    /// What it was delivered in, where the first update goes, and where the second.
    virtual std::array<std::string_view, 3> slots() { return {"factory", "a", "b"}; }
};

/// This computer, with programs that are never started: the store stands where the program would.
class Computer final : public StoreUnderTest {
public:
    Computer() {
        std::ofstream(loader()) << "installed";
        start();
    }
    app::ImageStore& store() override { return *store_; }
    void start() override {
        store_.reset();
        storage_.reset();
        std::string error, note;
        auto opened = ports::DataDirectory::open(folder_.path, error);
        ASSERT_TRUE(opened) << error;
        storage_ = std::make_unique<ports::DataDirectory>(std::move(*opened));
        store_ = std::make_unique<ports::FileImageStore>(*storage_, folder_.path, loader());
        if (const auto next = store_->next_executable(note); !next.empty()) {
            ports::stop_watching_trial();
            store_ = std::make_unique<ports::FileImageStore>(*storage_, folder_.path, next);
        }
        ::unsetenv("BOARDWALK_BOOT_LOADER");
    }
    std::string payload() override {
        std::ifstream own("/proc/self/exe", std::ios::binary);
        return {std::istreambuf_iterator<char>(own), {}};
    }

private:
    [[nodiscard]] std::string loader() const { return folder_.path + "/installed"; }

    Folder folder_;
    std::unique_ptr<ports::DataDirectory> storage_;
    std::unique_ptr<ports::FileImageStore> store_;
};

class BareFlash final : public StoreUnderTest {
public:
    BareFlash() { start(); }
    app::ImageStore& store() override { return *store_; }
    void start() override {
        constexpr std::string_view stamp = "0123456789abcdef0123456789abcdef01234567";
        store_ = std::make_unique<ports::FlashImageStore>(flash_, files_, stamp,
                                                          ports::choose_start(flash_, stamp), [] {});
    }
    std::string payload() override {
        using ports::ImageDescription;
        constexpr std::uint32_t size = 3 * ports::Flash::sector_bytes + 17;
        std::string bytes(size, '\x11');
        const auto put = [&](std::size_t at, std::uint32_t word) {
            for (std::size_t i = 0; i < 4; ++i)
                bytes[at + i] = static_cast<char>(word >> 8 * i);
        };
        put(0, ports::layout::ram_begin + 0x3000);
        put(4, ports::layout::run_address + 0x101);
        bytes.replace(ImageDescription::magic_at, 8, ImageDescription::magic);
        put(ImageDescription::begin_at, ports::layout::run_address);
        put(ImageDescription::behind_at, ports::layout::run_address + size);
        std::string name(version);
        name.resize(ImageDescription::version_bytes);
        bytes.replace(ImageDescription::version_at, name.size(), name);
        return bytes;
    }

private:
    FailingFlash flash_{ports::layout::sectors};
    ports::FlashPart part_ = ports::layout::files(flash_);
    ports::FlashFiles files_{part_};
    std::unique_ptr<ports::FlashImageStore> store_;
};

class Double final : public StoreUnderTest {
public:
    Double() { start(); }
    app::ImageStore& store() override { return *store_; }
    void start() override { store_ = std::make_unique<FlashStore>(medium_); }
    std::string payload() override { return std::string(2 * limits::piece_bytes + 5, 'p'); }

private:
    FlashMedium medium_;
    std::unique_ptr<FlashStore> store_;
};

/// The ESP32-S3, which was delivered in one of its two slots.
class Chip final : public StoreUnderTest {
public:
    Chip() {
        deliver_chip();
        start();
    }
    app::ImageStore& store() override { return *store_; }
    void start() override {
        start_chip();
        store_ = open_ota();
        ASSERT_NE(store_, nullptr);
    }
    std::string payload() override { return esp_image(version); }
    std::array<std::string_view, 3> slots() override { return {"ota_0", "ota_1", "ota_0"}; }

private:
    std::unique_ptr<app::ImageStore> store_;
};

/// As an update does it: one sector after the other.
void write(app::ImageStore& store, std::string_view payload) {
    ASSERT_TRUE(store.erase());
    for (std::size_t at = 0; at < payload.size(); at += limits::piece_bytes)
        ASSERT_TRUE(store.write(static_cast<std::uint32_t>(at), payload.substr(at, limits::piece_bytes)));
}

struct Factory {
    const char* name;
    std::function<std::unique_ptr<StoreUnderTest>()> make;
};

class ImageStoreContract : public ::testing::TestWithParam<Factory> {
protected:
    void SetUp() override { machine = GetParam().make(); }
    app::ImageStore& store() { return machine->store(); }
    static app::ImageHeader header_of(const std::string& payload) {
        app::Sha256 hash;
        hash.add(payload);
        return {.payload_bytes = static_cast<std::uint32_t>(payload.size()),
                .payload_sha256 = hash.value(),
                .version = cut(version),
                .model = "contract"};
    }
    void store_and_choose() {
        const auto payload = machine->payload();
        write(store(), payload);
        ASSERT_EQ(store().refusal(header_of(payload)), "");
        ASSERT_TRUE(store().choose());
    }
    [[nodiscard]] std::string_view delivered() { return machine->slots()[0]; }
    [[nodiscard]] std::string_view first() { return machine->slots()[1]; }
    [[nodiscard]] std::string_view second() { return machine->slots()[2]; }
    std::unique_ptr<StoreUnderTest> machine;
};

TEST_P(ImageStoreContract, ANewMachineRunsWhatItWasDeliveredWithAndHasARoomySpareSlot) {
    EXPECT_EQ(store().running_slot(), delivered());
    EXPECT_EQ(store().spare_slot(), first());
    EXPECT_FALSE(store().on_trial());
    EXPECT_GE(store().capacity_bytes(),
              machine->payload().size() < 100'000 ? machine->payload().size() : 1'000'000);
}

TEST_P(ImageStoreContract, WhatIsWrittenSectorBySectorIsReadBackInAnyPieces) {
    const auto payload = machine->payload();
    write(store(), payload);
    for (const std::size_t piece : {std::size_t{512}, limits::piece_bytes, std::size_t{1'000}}) {
        std::string all;
        for (std::size_t at = 0; at < payload.size(); at += piece) {
            std::string part(std::min(piece, payload.size() - at), ' ');
            ASSERT_TRUE(store().read(static_cast<std::uint32_t>(at), part));
            all += part;
        }
        EXPECT_EQ(all == payload, true) << piece;
    }
}

TEST_P(ImageStoreContract, UntilItIsChosenTheNextStartIsTheRunningImages) {
    write(store(), machine->payload());
    EXPECT_EQ(store().refusal(header_of(machine->payload())), "");
    machine->start();
    EXPECT_EQ(store().running_slot(), delivered());
}

TEST_P(ImageStoreContract, WhatIsChosenStartsOnceOnTrialAndGoesBackUnlessItConfirmsItself) {
    store_and_choose();
    EXPECT_EQ(store().running_slot(), delivered()) << "not before the start";
    machine->start();
    EXPECT_EQ(store().running_slot(), first());
    EXPECT_TRUE(store().on_trial());
    machine->start();
    EXPECT_EQ(store().running_slot(), delivered());
    EXPECT_FALSE(store().on_trial());
    machine->start();
    EXPECT_EQ(store().running_slot(), delivered()) << "for good";
}

TEST_P(ImageStoreContract, WhatIsConfirmedStaysAndTheNextOneGoesToTheOtherSlot) {
    store_and_choose();
    machine->start();
    ASSERT_TRUE(store().confirm());
    EXPECT_FALSE(store().on_trial());
    EXPECT_EQ(store().spare_slot(), second());
    machine->start();
    EXPECT_EQ(store().running_slot(), first());
    store_and_choose();
    machine->start();
    EXPECT_EQ(store().running_slot(), second());
    machine->start();
    EXPECT_EQ(store().running_slot(), first())
        << "back to the one before, which is not the one it was delivered with";
}

TEST_P(ImageStoreContract, ErasingGivesUpWhatWasChosen) {
    store_and_choose();
    ASSERT_TRUE(store().erase());
    machine->start();
    EXPECT_EQ(store().running_slot(), delivered());
    EXPECT_FALSE(store().on_trial());
    ASSERT_TRUE(store().erase()) << "an empty slot can be erased, too";
    store_and_choose();
    machine->start();
    EXPECT_EQ(store().running_slot(), first());
}

TEST_P(ImageStoreContract, WhatThisMachineCannotRunIsRefusedWithASentence) {
    if (std::string_view(GetParam().name) == "Double") GTEST_SKIP() << "a test says what it can run";
    const std::string nonsense(limits::piece_bytes + 1, 'n');
    write(store(), nonsense);
    EXPECT_TRUE(store().refusal(header_of(nonsense)).ends_with('.'));
    const auto payload = machine->payload();
    write(store(), payload.substr(0, 64));
    EXPECT_NE(store().refusal(header_of(payload)), "") << "its beginning alone";
    write(store(), payload);
    auto header = header_of(payload);
    header.version = cut(other_version);
    EXPECT_NE(store().refusal(header), "") << "another version than it says of itself";
    EXPECT_EQ(store().refusal(header_of(payload)), "") << "asking changes nothing";
}

INSTANTIATE_TEST_SUITE_P(Ports, ImageStoreContract,
                         ::testing::Values(Factory{"Computer", [] { return std::make_unique<Computer>(); }},
                                           Factory{"BareFlash", [] { return std::make_unique<BareFlash>(); }},
                                           Factory{"Chip", [] { return std::make_unique<Chip>(); }},
                                           Factory{"Double", [] { return std::make_unique<Double>(); }}),
                         [](const auto& factory) { return factory.param.name; });

TEST(OtaImageStore, ATrialThatIsNotConfirmedInTimeEndsWithARestart) {
    Chip chip;
    EXPECT_FALSE(trial_is_watched());
    write(chip.store(), chip.payload());
    ASSERT_TRUE(chip.store().choose());
    chip.start();
    ASSERT_TRUE(trial_is_watched());
    EXPECT_THROW(end_trial(), Restarted);
    ASSERT_TRUE(chip.store().confirm());
    EXPECT_FALSE(trial_is_watched());
}

TEST(OtaImageStore, AnImageThatTheBootLoaderWouldNotStartIsNotChosen) {
    Chip chip;
    auto payload = chip.payload();
    app::ImageHeader header{};
    header.version = cut(version);
    payload[2 * limits::piece_bytes] ^= 1;
    write(chip.store(), payload);
    EXPECT_NE(chip.store().refusal(header), "");
    EXPECT_FALSE(chip.store().choose());
    chip.start();
    EXPECT_EQ(chip.store().running_slot(), "ota_0");
}

/// The file is a stranger's: whatever its header says, the answer is a sentence.
TEST(ProgramCheck, EachByteOfAProgramsHeadersMayBeAnything) {
    const Folder folder;
    const auto path = folder.path + "/program";
    std::filesystem::copy_file("/proc/self/exe", path);
    ASSERT_EQ(ports::refusal_of_program(path, "contract", version), "");
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    constexpr std::size_t headers_bytes = 64 + 16 * 56;
    std::string bytes(headers_bytes, ' ');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const auto put = [&](std::size_t at, char byte) {
        file.seekp(static_cast<std::streamoff>(at)).put(byte).flush();
    };
    std::size_t refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const char other : {static_cast<char>(bytes[at] ^ 1), '\xff', '\x80'}) {
            put(at, other);
            const auto sentence = ports::refusal_of_program(path, "contract", version);
            EXPECT_TRUE(sentence.empty() || sentence.ends_with('.')) << at;
            refused += sentence.empty() ? 0U : 1U;
        }
        put(at, bytes[at]);
    }
    EXPECT_GT(refused, 100U);
    EXPECT_EQ(ports::refusal_of_program(path, "contract", version), "");
    EXPECT_NE(ports::refusal_of_program(folder.path, "contract", version), "") << "a folder";
    EXPECT_NE(ports::refusal_of_program(folder.path + "/none", "contract", version), "");
}

}  // namespace
}  // namespace boardwalk::test

#include "firmware/ports/linux/boot/board_note.hpp"

// This test is what the computer's slot holds: a program that says of itself what a board says.
BOARDWALK_BOARD_NOTE("contract", "7.7.7");
