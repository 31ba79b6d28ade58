#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "firmware/ports/linux/storage/data_directory.hpp"
#include "firmware/ports/mps2/storage/flash_files.hpp"
#include "firmware/ports/template/machine.hpp"
#include "tests/contract/seams/folder.hpp"
#include "tests/esp32s3/seams/chip_seams.hpp"
#include "tests/support/app_doubles.hpp"
#include "tests/support/failing_flash.hpp"

/// What firmware/app/storage.hpp promises.
namespace boardwalk::test {
namespace {

using app::Storage;
using Found = Storage::Found;

class StorageUnderTest {
public:
    virtual ~StorageUnderTest() = default;
    virtual Storage& storage() = 0;
    virtual void restart() {}
    /// The template's forgets, and says so.
    [[nodiscard]] virtual bool keeps() const { return true; }
    /// Whether what is set aside can be read under the name that people are told.
    [[nodiscard]] virtual bool reads_what_was_set_aside() const { return true; }
};

class Computer final : public StorageUnderTest {
public:
    Computer() { restart(); }
    Storage& storage() override { return *storage_; }
    void restart() override {
        storage_.reset();
        std::string error;
        auto opened = ports::DataDirectory::open(folder_.path, error);
        ASSERT_TRUE(opened) << error;
        storage_ = std::make_unique<ports::DataDirectory>(std::move(*opened));
    }

private:
    Folder folder_;
    std::unique_ptr<ports::DataDirectory> storage_;
};

class BareFlash final : public StorageUnderTest {
public:
    BareFlash() { restart(); }
    Storage& storage() override { return *files_; }
    void restart() override { files_ = std::make_unique<ports::FlashFiles>(flash_); }

private:
    FailingFlash flash_{8};
    std::unique_ptr<ports::FlashFiles> files_;
};

class Chip final : public StorageUnderTest {
public:
    Chip() {
        erase_nvs();
        restart();
    }
    Storage& storage() override { return *storage_; }
    void restart() override { storage_ = open_nvs(); }
    [[nodiscard]] bool reads_what_was_set_aside() const override { return false; }

private:
    std::unique_ptr<Storage> storage_;
};

class Template final : public StorageUnderTest {
public:
    Storage& storage() override { return storage_; }
    [[nodiscard]] bool keeps() const override { return false; }

private:
    ports::ForgetfulStorage storage_;
};

class Double final : public StorageUnderTest {
public:
    Storage& storage() override { return storage_; }

private:
    MemoryStorage storage_;
};

struct Factory {
    const char* name;
    std::function<std::unique_ptr<StorageUnderTest>()> make;
};

class StorageContract : public ::testing::TestWithParam<Factory> {
protected:
    void SetUp() override { under_test = GetParam().make(); }
    Storage& storage() { return under_test->storage(); }
    /// With room for exactly `room` bytes.
    std::pair<Found, std::string> read(std::string_view name, std::size_t room = 4'096) {
        std::string memory(room, ' ');
        std::size_t size = 77;
        const auto found = storage().read(name, memory, size);
        return {found, found == Found::yes ? memory.substr(0, size) : std::string()};
    }
    std::pair<Found, std::string> kept(std::string content) {
        return under_test->keeps() ? std::pair(Found::yes, std::move(content))
                                   : std::pair(Found::no, std::string());
    }

    std::unique_ptr<StorageUnderTest> under_test;
};

TEST_P(StorageContract, WhatWasNeverWrittenIsNotThere) {
    EXPECT_EQ(read("settings.json").first, Found::no);
    EXPECT_EQ(read("abcdefghijklmno").first, Found::no);
}

TEST_P(StorageContract, AFileIsReadAsItWasWrittenAlsoAfterARestart) {
    std::string all;
    for (int i = 0; i < 256; ++i)
        all += static_cast<char>(i);
    ASSERT_TRUE(storage().write("board-id", all));
    EXPECT_EQ(read("board-id"), kept(all));
    under_test->restart();
    EXPECT_EQ(read("board-id"), kept(all));
}

TEST_P(StorageContract, ANewContentReplacesTheOldOneAndNoOtherFile) {
    ASSERT_TRUE(storage().write("a", "the first, which is longer"));
    ASSERT_TRUE(storage().write("b", "other"));
    ASSERT_TRUE(storage().write("a", "second"));
    EXPECT_EQ(read("a"), kept("second"));
    EXPECT_EQ(read("b"), kept("other"));
    under_test->restart();
    EXPECT_EQ(read("a"), kept("second"));
}

TEST_P(StorageContract, NamesAndContentsOfTheLargestSizeAreTaken) {
    const std::string name(limits::storage_name_bytes_max, 'n');
    ASSERT_TRUE(app::is_storage_name(name));
    const std::string content(limits::storage_file_bytes_max, 'c');
    ASSERT_TRUE(storage().write(name, content));
    ASSERT_TRUE(storage().write(name.substr(1), "shorter by one"));
    under_test->restart();
    EXPECT_EQ(read(name, content.size()), kept(content));
    EXPECT_EQ(read(name.substr(1)), kept("shorter by one"));
}

TEST_P(StorageContract, AFileLargerThanTheMemoryIsUnreadableAndOneThatJustFitsIsNot) {
    ASSERT_TRUE(storage().write("a", "12345678"));
    EXPECT_EQ(read("a", 8), kept("12345678"));
    if (!under_test->keeps()) return;
    EXPECT_EQ(read("a", 7).first, Found::unreadable);
}

TEST_P(StorageContract, AFileThatIsSetAsideIsNamedAndMakesWayForANewOne) {
    EXPECT_TRUE(storage().set_aside("settings.json").empty()) << "there is none";
    ASSERT_TRUE(storage().write("settings.json", "nonsense"));
    const auto name = storage().set_aside("settings.json");
    EXPECT_EQ(!name.empty(), under_test->keeps());
    EXPECT_NE(name.view(), "settings.json");
    ASSERT_TRUE(storage().write("settings.json", "{}"));
    under_test->restart();
    EXPECT_EQ(read("settings.json"), kept("{}"));
    if (!under_test->keeps() || !under_test->reads_what_was_set_aside()) return;
    EXPECT_EQ(read(name.view()), kept("nonsense"));
}

INSTANTIATE_TEST_SUITE_P(Ports, StorageContract,
                         ::testing::Values(Factory{"Computer", [] { return std::make_unique<Computer>(); }},
                                           Factory{"BareFlash", [] { return std::make_unique<BareFlash>(); }},
                                           Factory{"Chip", [] { return std::make_unique<Chip>(); }},
                                           Factory{"Template", [] { return std::make_unique<Template>(); }},
                                           Factory{"Double", [] { return std::make_unique<Double>(); }}),
                         [](const auto& factory) { return factory.param.name; });

TEST(StorageNames, EveryPortCanKeepAFileUnderThem) {
    for (const auto* name : {"a", "settings.json", "setup-password", "abcdefghijklmno"})
        EXPECT_TRUE(app::is_storage_name(name)) << name;
    for (const auto* name : {"", "abcdefghijklmnop", "Settings", "a/b", "a1", "a b"})
        EXPECT_FALSE(app::is_storage_name(name)) << name;
}

}  // namespace
}  // namespace boardwalk::test
