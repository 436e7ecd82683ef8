using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Server.Listening.Tls.Peers;

/// <summary>Compares the address that a member connects from with the SANs of its certificate, as etcd does.</summary>
/// <remarks>
/// A certificate without addresses and names passes. Else one of its addresses must be the remote one, or one of its names must resolve to it, or be what it
/// resolves to. Only certificates that are trusted get here, so no other process causes look-ups. Source: etcd, client/pkg/transport/listener_tls.go.
/// </remarks>
internal static class PeerAddressCheck
{
    /// <summary>For all look-ups of one connection; a handshake as a whole has 5 s.</summary>
    private static readonly TimeSpan s_lookupLimit = TimeSpan.FromSeconds(2);

    /// <summary>Why the connection is not from where its certificate says; null when it is.</summary>
    /// <param name="leaf">Of the member.</param>
    /// <param name="remote">Its address.</param>
    public static string? WhyElsewhere(X509Certificate2 leaf, IPAddress remote)
    {
        var address = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        IPAddress[] addresses;
        string[] names;
        try
        {
            var sans = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToArray();
            addresses = [.. sans.SelectMany(san => san.EnumerateIPAddresses())];
            names = [.. sans.SelectMany(san => san.EnumerateDnsNames())];
        }
        catch (Exception malformed) when (malformed is System.Security.Cryptography.CryptographicException or AsnContentException)
        {
            return "the SANs of its certificate cannot be read";
        }

        return (addresses.Length == 0 && names.Length == 0) || addresses.Contains(address) || (names.Length > 0 && IsOneOf(address, names))
            ? null
            : $"its certificate is for {string.Join(", ", addresses.Select(one => one.ToString()).Concat(names))} and not for its address";
    }

    private static bool IsOneOf(IPAddress address, string[] names)
    {
        using var limit = new CancellationTokenSource(s_lookupLimit);
        var known = names.Where(name => !name.StartsWith("*.", StringComparison.Ordinal)).ToArray();
        if (ReverseName(address, limit.Token)?.TrimEnd('.') is { } host
            && names.Any(name => name.StartsWith("*.", StringComparison.Ordinal)
                ? host.EndsWith(name[1..], StringComparison.OrdinalIgnoreCase)
                : host.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        return known.Any(name => Addresses(name, limit.Token).Contains(address));
    }

    private static string? ReverseName(IPAddress address, CancellationToken limit) =>
        Looked(() => Dns.GetHostEntryAsync(address.ToString(), limit).GetAwaiter().GetResult().HostName, null);

    private static IPAddress[] Addresses(string name, CancellationToken limit) =>
        Looked(() => Dns.GetHostAddressesAsync(name, limit).GetAwaiter().GetResult(), []);

    /// <summary>A name that cannot be looked up is not the address's; the refusal names it.</summary>
    private static T Looked<T>(Func<T> look, T without)
    {
        try
        {
            return look();
        }
        catch (Exception unknown) when (unknown is SocketException or OperationCanceledException or ArgumentException)
        {
            return without;
        }
    }
}
