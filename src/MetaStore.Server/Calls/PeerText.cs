using System.Net;

namespace MetaStore.Server.Calls;

/// <summary>Where a call comes from, as text: the same over gRPC, the gateway and the dashboard, so that what is counted by address has one count.</summary>
internal static class PeerText
{
    /// <summary>"10.0.0.7:40112", "[2001:db8::1]:40112"; an IPv4 address in the form of IPv6 is written as IPv4.</summary>
    public static string Of(IPAddress? address, int port) => address is null
        ? "unknown"
        : new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port).ToString();

    /// <summary>The same without the port.</summary>
    public static string HostOf(string peer) => peer.LastIndexOf(':') is > 0 and var colon ? peer[..colon] : peer;
}
