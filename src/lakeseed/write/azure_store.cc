// Azure Blob Storage and Data Lake Storage. Arrow shows an empty blob before an upload
// ends, and knows no PUT with a precondition.

#include <arrow/filesystem/azurefs.h>
#include <fmt/format.h>

#include "lakeseed/base/status.h"
#include "lakeseed/write/object_store.h"
#include "lakeseed/write/store_lease.h"

namespace lakeseed {

extern const ObjectStoreDef kAzureStore;

namespace {

using arrow::fs::AzureOptions;

constexpr char kCredentialsHint[] =
    "set AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING, "
    "or `az login`";

/// An account as the environment names it, in the words of Azure's own tools.
struct AzureAccount {
  std::string name, key, sas;
  std::string endpoint;  ///< "http://127.0.0.1:10000/name"; empty: Azure's own.
  std::string suffix;    ///< "core.windows.net"; empty: that.
};

/// The value of a name in "Name=value;Name=value"; "" without one.
std::string PartOf(const std::string& connection, const std::string& name) {
  const std::string parts = ";" + connection, key = ";" + name + "=";
  const size_t at = parts.find(key);
  if (at == std::string::npos) return "";
  const size_t begin = at + key.size();
  return parts.substr(begin, parts.find(';', begin) - begin);
}

AzureAccount AccountOfEnvironment() {
  const std::string connection = FirstOfEnvironment({"AZURE_STORAGE_CONNECTION_STRING"});
  AzureAccount account{
      .name = PartOf(connection, "AccountName"),
      .key = PartOf(connection, "AccountKey"),
      .sas = PartOf(connection, "SharedAccessSignature"),
      .endpoint = PartOf(connection, "BlobEndpoint"),
      .suffix = PartOf(connection, "EndpointSuffix"),
  };
  if (!connection.empty()) return account;
  account.name =
      FirstOfEnvironment({"AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_ACCOUNT_NAME"});
  account.key = FirstOfEnvironment({"AZURE_STORAGE_KEY", "AZURE_STORAGE_ACCOUNT_KEY"});
  account.sas = FirstOfEnvironment({"AZURE_STORAGE_SAS_TOKEN"});
  return account;
}

/// The URI as Arrow takes it: `az://container/…` and names without an account are of the
/// account of the environment.
std::string WithAccount(const std::string& uri, const std::string& account) {
  const size_t host = uri.find("://") + 3;
  const std::string authority = uri.substr(host, uri.find_first_of("/?", host) - host);
  const bool has_account = authority.find_first_of("@.:") != std::string::npos;
  return fmt::format("abfs://{}{}{}", has_account ? "" : account,
                     has_account || account.empty() ? "" : "@",
                     WithEncodedPath(uri).substr(host));
}

/// Whether anybody who reads the name of an output could use it to write there.
bool HoldsCredentials(const std::string& uri) {
  const size_t host = uri.find("://") + 3;
  const std::string authority = uri.substr(host, uri.find_first_of("/?", host) - host);
  const size_t at = authority.find('@');
  return (at != std::string::npos && authority.find(':') < at) ||
         uri.find("sig=") != std::string::npos ||
         uri.find("client_secret=") != std::string::npos;
}

/// Where the environment says that the account is, unless the URI says so.
void UsePlace(const AzureAccount& account, AzureOptions* options) {
  const AzureOptions azure;
  if (options->blob_storage_authority != azure.blob_storage_authority) return;
  if (!account.suffix.empty()) {
    options->blob_storage_authority = ".blob." + account.suffix;
    options->dfs_storage_authority = ".dfs." + account.suffix;
  }
  const size_t scheme = account.endpoint.find("://");
  if (scheme == std::string::npos) return;
  const std::string host = account.endpoint.substr(scheme + 3);
  const std::string authority = host.substr(0, host.find('/'));
  if (authority.starts_with(account.name + ".")) return;
  options->blob_storage_authority = options->dfs_storage_authority = authority;
  options->blob_storage_scheme = options->dfs_storage_scheme =
      account.endpoint.substr(0, scheme);
}

arrow::Result<AzureOptions> OptionsOf(const ObjectStoreDef& def, const std::string& uri,
                                      std::string* base) {
  const AzureAccount account = AccountOfEnvironment();
  auto parsed = AzureOptions::FromUri(WithAccount(uri, account.name), base);
  while (base->ends_with('/')) base->pop_back();
  if (!parsed.ok() || base->empty()) {
    return RequestError(fmt::format("output is no container: {}", uri),
                        parsed.ok() ? std::string(def.form) : parsed.status().message());
  }
  AzureOptions options = *std::move(parsed);
  if (options.account_name.empty()) {
    return RequestError(
        fmt::format("output names no account: {}", uri),
        fmt::format("set AZURE_STORAGE_ACCOUNT, or name it: {}", def.form));
  }
  options.background_writes = false;  // Bounded memory: a part goes before the next.
  if (account.name.empty() || account.name == options.account_name) {
    UsePlace(account, &options);
    if (!account.key.empty()) {
      ARROW_RETURN_NOT_OK(options.ConfigureAccountKeyCredential(account.key));
    } else if (!account.sas.empty()) {
      const bool has_mark = account.sas.starts_with('?');
      ARROW_RETURN_NOT_OK(
          options.ConfigureSASCredential((has_mark ? "" : "?") + account.sas));
    }
  }
  return options;
}

arrow::Result<std::unique_ptr<ObjectStore>> OpenAzure(const ObjectStoreDef& def,
                                                      const std::string& uri,
                                                      const VendedStore&) {
  if (HoldsCredentials(uri)) {
    return RequestError("an output's name must not hold credentials", kCredentialsHint);
  }
  std::string base;
  ARROW_ASSIGN_OR_RAISE(const AzureOptions options, OptionsOf(def, uri, &base));
  ARROW_ASSIGN_OR_RAISE(auto azure, arrow::fs::AzureFileSystem::Make(options));
  // Its library throws when a token cannot be had any more, or the network is gone.
  const auto fs = LeasedFileSystem(
      std::make_shared<StoreLease>(LeasedStore{azure, {}, {}}, nullptr),
      [](const arrow::Status&) { return false; },
      std::string("its credentials may have run out, or the network is gone: ") +
          kCredentialsHint);
  auto store = std::make_unique<ObjectStore>(def, fs, std::move(base));
  ARROW_RETURN_NOT_OK(store->CheckAccess(options.AccountBlobUrl(options.account_name),
                                         azure.get(), kCredentialsHint));
  return store;
}

}  // namespace

const ObjectStoreDef kAzureStore{
    .schemes = "abfss abfs az",
    .form = "abfss://container@account.dfs.core.windows.net/prefix",
    .has_directories = true,
    .open = OpenAzure};

}  // namespace lakeseed
