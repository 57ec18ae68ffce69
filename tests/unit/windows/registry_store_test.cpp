#include "windows/registry_store.hpp"

#include "test_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <aclapi.h>
#include <sddl.h>

#include <map>

namespace rmb::win {
namespace {

using core::Bytes;

struct RegistryStoreTest : testing::Test {
    TestKey key;

    [[nodiscard]] std::unique_ptr<RegistryStore> open() const {
        return std::move(RegistryStore::open(key.path()).value());
    }
    static std::map<std::string, Bytes> all(RegistryStore& store) {
        const auto records = store.load().value();
        return {records.begin(), records.end()};
    }
};

TEST_F(RegistryStoreTest, PutReplaceErase_LoadShowsIt) {
    const auto store = open();
    EXPECT_TRUE(all(*store).empty());
    ASSERT_TRUE(store->put("a", {1, 2, 3}).has_value());
    ASSERT_TRUE(store->put("b", Bytes(5'000, 7)).has_value());
    ASSERT_TRUE(store->put("a", {4}).has_value());
    EXPECT_EQ(all(*store), (std::map<std::string, Bytes>{{"a", {4}}, {"b", Bytes(5'000, 7)}}));
    ASSERT_TRUE(store->erase("b").has_value());
    EXPECT_EQ(all(*store), (std::map<std::string, Bytes>{{"a", {4}}}));
}

TEST_F(RegistryStoreTest, EmptyRecord_ComesBackEmpty) {
    const auto store = open();
    ASSERT_TRUE(store->put("a", {}).has_value());
    EXPECT_EQ(all(*store), (std::map<std::string, Bytes>{{"a", {}}}));
}

TEST_F(RegistryStoreTest, EraseWhatIsNotThere_Succeeds) {
    EXPECT_TRUE(open()->erase("none").has_value());
}

TEST_F(RegistryStoreTest, OpenedAgain_HasTheRecords) {
    ASSERT_TRUE(open()->put("a", {1}).has_value());
    EXPECT_EQ(all(*open()), (std::map<std::string, Bytes>{{"a", {1}}}));
}

TEST_F(RegistryStoreTest, ManyRecords_AllLoaded) {
    const auto store = open();
    for (int i = 0; i < 500; ++i) {
        ASSERT_TRUE(store->put("record" + std::to_string(i), Bytes(300, 1)).has_value());
    }
    EXPECT_EQ(all(*store).size(), 500U);
}

TEST_F(RegistryStoreTest, KeyDeletedUnderIt_WriteFaultWithTheSystemsCode) {
    const auto store = open();
    ASSERT_TRUE(store->put("a", {1}).has_value());
    key.remove();
    for (const auto& refused : {store->put("b", {2}), store->put("a", {2}), store->erase("a")}) {
        ASSERT_TRUE(refused.has_error());
        EXPECT_EQ(refused.error().code, Code::write_fault);
        EXPECT_THAT(refused.error().message, testing::HasSubstr("1018"));
    }
    EXPECT_TRUE(store->load().has_error());
}

TEST_F(RegistryStoreTest, Key_OnlySystemAndAdministratorsMayTouchIt) {
    const auto store = open();
    PSECURITY_DESCRIPTOR found = nullptr;
    std::wstring name = L"MACHINE\\" + wide(key.path());
    ASSERT_EQ(GetNamedSecurityInfoW(name.data(), SE_REGISTRY_KEY,
                                    OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, nullptr,
                                    nullptr, nullptr, nullptr, &found),
              static_cast<DWORD>(ERROR_SUCCESS));
    const UniqueLocal owner{found};
    wchar_t* text = nullptr;
    ASSERT_NE(ConvertSecurityDescriptorToStringSecurityDescriptorW(
                  found, SDDL_REVISION_1, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                  &text, nullptr),
              FALSE);
    const UniqueLocal text_owner{text};
    EXPECT_EQ(narrow(text), "O:BAD:P(A;OICI;KA;;;SY)(A;OICI;KA;;;BA)");
}

TEST(RegistryStoreKeys, ConsoleKey_DependsOnThePipeAndIsNotTheServices) {
    const auto one = console_state_key("ProtectedPrefix\\Administrators\\RmBroker");
    EXPECT_NE(one, console_state_key("ProtectedPrefix\\Administrators\\Other"));
    EXPECT_EQ(one, "SOFTWARE\\rmbroker-console\\ProtectedPrefix/Administrators/RmBroker");
    EXPECT_EQ(service_state_key("RmBroker"),
              "SYSTEM\\CurrentControlSet\\Services\\RmBroker\\State");
}

}  // namespace
}  // namespace rmb::win
