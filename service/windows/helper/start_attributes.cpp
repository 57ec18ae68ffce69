#include "windows/helper/start_attributes.hpp"

namespace rmb::win {

StartAttributes::~StartAttributes() {
    if (list_ != nullptr) {
        DeleteProcThreadAttributeList(list_);
    }
}

DWORD StartAttributes::update(DWORD_PTR attribute, HANDLE& handle) {
    return UpdateProcThreadAttribute(list_, 0, attribute, &handle, sizeof handle, nullptr,
                                     nullptr) == FALSE
               ? GetLastError()
               : ERROR_SUCCESS;
}

DWORD StartAttributes::set(HANDLE job, HANDLE inherited) {
    const DWORD count = inherited == nullptr ? 1 : 2;
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, count, 0, &size);
    memory_.resize(size);
    auto* list = static_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(static_cast<void*>(memory_.data()));
    if (InitializeProcThreadAttributeList(list, count, 0, &size) == FALSE) {
        return GetLastError();
    }
    list_ = list;
    job_ = job;
    inherited_ = inherited;
    const DWORD code = update(PROC_THREAD_ATTRIBUTE_JOB_LIST, job_);
    return code == ERROR_SUCCESS && inherited != nullptr
               ? update(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited_)
               : code;
}

}  // namespace rmb::win
