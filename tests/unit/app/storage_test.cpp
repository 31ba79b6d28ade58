#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "firmware/ports/linux/computer/computer.hpp"
#include "firmware/ports/linux/computer/computer_hardware.hpp"
#include "firmware/ports/linux/computer/temperature_sensor.hpp"
#include "firmware/ports/linux/storage/data_directory.hpp"
#include "tests/support/allocations.hpp"

namespace boardwalk::test {

class DataDirectoryTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "boardwalk-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        root = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(root); }

    std::string read(app::Storage& storage, std::string_view name, app::Storage::Found expected) {
        std::array<char, 32> memory;
        std::size_t size = 0;
        EXPECT_EQ(storage.read(name, memory, size), expected);
        return std::string(memory.data(), size);
    }
    void put(const std::filesystem::path& path, std::string_view content) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << content;
    }

    std::filesystem::path root;
    std::string error;
    using Found = app::Storage::Found;
};

TEST_F(DataDirectoryTest, AFileComesBackAsItWasWritten) {
    auto storage = ports::DataDirectory::open((root / "a/b/c").string(), error);
    ASSERT_TRUE(storage) << error;
    read(*storage, "settings.json", Found::no);
    EXPECT_TRUE(storage->write("settings.json", "first"));
    EXPECT_TRUE(storage->write("settings.json", "second"));
    EXPECT_EQ(read(*storage, "settings.json", Found::yes), "second");
    EXPECT_FALSE(std::filesystem::exists(root / "a/b/c/settings.json.new"));
}

TEST_F(DataDirectoryTest, AFileThatIsTooLargeIsUnreadable) {
    auto storage = ports::DataDirectory::open(root.string(), error);
    put(root / "settings.json", std::string(32, 'x'));
    read(*storage, "settings.json", Found::yes);
    put(root / "settings.json", std::string(33, 'x'));
    read(*storage, "settings.json", Found::unreadable);
}

TEST_F(DataDirectoryTest, ASecondBoardOnTheSameDirectoryIsRefused) {
    auto first = ports::DataDirectory::open(root.string(), error);
    ASSERT_TRUE(first);
    EXPECT_FALSE(ports::DataDirectory::open(root.string(), error));
    EXPECT_THAT(error, ::testing::HasSubstr("another boardwalk-board uses it"));
    first.reset();
    EXPECT_TRUE(ports::DataDirectory::open(root.string(), error)) << "free again";
}

TEST_F(DataDirectoryTest, ADirectoryThatCannotBeMadeIsOneLine) {
    put(root / "file", "");
    EXPECT_FALSE(ports::DataDirectory::open((root / "file/below").string(), error));
    EXPECT_THAT(error, ::testing::AllOf(::testing::HasSubstr("file/below"),
                                        ::testing::Not(::testing::HasSubstr("\n"))));
    EXPECT_FALSE(ports::DataDirectory::open("", error));
    EXPECT_FALSE(ports::DataDirectory::open("/proc/boardwalk", error));
}

TEST_F(DataDirectoryTest, AWriteThatFailsLeavesTheOldContent) {
    auto storage = ports::DataDirectory::open(root.string(), error);
    ASSERT_TRUE(storage->write("settings.json", "old"));
    std::filesystem::create_directory(root / "settings.json.new");  // nothing can be written under that name
    EXPECT_FALSE(storage->write("settings.json", "new"));
    EXPECT_EQ(read(*storage, "settings.json", Found::yes), "old");
}

TEST_F(DataDirectoryTest, EachFileThatIsSetAsideKeepsItsOwnNumber) {
    auto storage = ports::DataDirectory::open(root.string(), error);
    for (const auto* kept : {"settings.json.corrupt-1", "settings.json.corrupt-2"}) {
        put(root / "settings.json", kept);
        EXPECT_EQ(storage->set_aside("settings.json"), kept);
        EXPECT_EQ(read(*storage, kept, Found::yes), kept);
    }
    EXPECT_TRUE(storage->set_aside("settings.json").empty()) << "there is none";
}

TEST_F(DataDirectoryTest, TheProcessorsOwnSensorIsPreferredToAZone) {
    EXPECT_EQ(ports::find_cpu_temperature(root.string()), "");
    put(root / "class/thermal/thermal_zone0/type", "acpitz\n");
    put(root / "class/thermal/thermal_zone0/temp", "40000\n");
    EXPECT_THAT(ports::find_cpu_temperature(root.string()), ::testing::EndsWith("thermal_zone0/temp"));
    put(root / "class/hwmon/hwmon0/name", "nvme\n");
    put(root / "class/hwmon/hwmon0/temp1_input", "30000\n");
    put(root / "class/hwmon/hwmon1/name", "coretemp\n");
    put(root / "class/hwmon/hwmon1/temp1_input", "50000\n");
    EXPECT_THAT(ports::find_cpu_temperature(root.string()), ::testing::EndsWith("hwmon1/temp1_input"));
}

TEST_F(DataDirectoryTest, ThisComputerTellsItsFiguresWithoutHeap) {
    ports::Computer computer;
    ports::ComputerHardware hardware(root.string());
    std::map<std::string_view, double> figures;
    for (app::Device* device : std::initializer_list<app::Device*>{&computer, &hardware}) {
        std::array<double, 8> memory;
        memory.fill(std::nan(""));
        const auto values = std::span(memory).first(device->readings().size());
        const AllocationCount allocations;
        device->sample(1'000, {}, values);
        EXPECT_EQ(allocations.count(), 0U);
        for (std::size_t i = 0; i < values.size(); ++i)
            figures[device->readings()[i].id] = values[i];
    }
    for (const auto* id : {"cpu_load", "memory_used", "disk_used"}) {
        EXPECT_GE(figures.at(id), 0) << id;
        EXPECT_LE(figures.at(id), 100) << id;
    }
    EXPECT_GE(figures.at("load_average"), 0);
}

}  // namespace boardwalk::test
