namespace Hawser.Docker.Plugin;

// moby daemon/libnetwork/ipams/remote/api/api.go. A pool is a CIDR. An address to release is plain;
// an allocated address is a CIDR with the pool's prefix length.

public sealed record IpamCapabilitiesResponse(bool RequiresMACAddress, bool RequiresRequestReplay);

public sealed record AddressSpacesResponse(string LocalDefaultAddressSpace, string GlobalDefaultAddressSpace);

public sealed record RequestPoolRequest(
    string AddressSpace = "",
    string Pool = "",
    string SubPool = "",
    IReadOnlyDictionary<string, string>? Options = null,
    bool V6 = false);

public sealed record RequestPoolResponse(
    string PoolID,
    string Pool,
    IReadOnlyDictionary<string, string>? Data = null);

public sealed record ReleasePoolRequest(string PoolID = "");

public sealed record RequestAddressRequest(
    string PoolID = "",
    string Address = "",
    IReadOnlyDictionary<string, string>? Options = null);

public sealed record RequestAddressResponse(string Address, IReadOnlyDictionary<string, string>? Data = null);

public sealed record ReleaseAddressRequest(string PoolID = "", string Address = "");
