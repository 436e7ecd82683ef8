using System.Text;
using MetaStore.Batching.Settings;

namespace MetaStore.Server.Membership;

/// <summary>The peer URLs of a member, validated as in etcd.</summary>
internal static class PeerUrlList
{
    /// <summary>Validates and sorts.</summary>
    /// <param name="urls">As given by a client.</param>
    /// <param name="sorted">The URLs in etcd's order.</param>
    /// <returns>False for an empty list, or when one is not scheme://host:port without a path.</returns>
    public static bool TryParse(IReadOnlyCollection<string> urls, out string[] sorted)
    {
        sorted = [.. urls.Select(url => url.Trim()).Order(StringComparer.Ordinal)];
        return sorted.Length > 0 && sorted.All(IsUsable);
    }

    /// <summary>False when their total size exceeds <see cref="SizeLimits.PeerUrlBytesMax"/>: they could not be sent to other members.</summary>
    public static bool Fits(IReadOnlyCollection<string> urls) => urls.Sum(url => Encoding.UTF8.GetByteCount(url)) <= SizeLimits.PeerUrlBytesMax;

    // etcd also accepts Unix sockets; members of this server reach each other by TCP only.
    private static bool IsUsable(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && url.Scheme is "http" or "https"
        // .NET also reads http:\\host, which no Go client does.
        && text.StartsWith($"{url.Scheme}://", StringComparison.OrdinalIgnoreCase)
        && text.AsSpan(url.Scheme.Length + 3).LastIndexOf(':') > text.AsSpan(url.Scheme.Length + 3).LastIndexOf(']')
        && url.PathAndQuery == "/"
        && !text.EndsWith('/')
        && url.Fragment.Length == 0
        && url.UserInfo.Length == 0;
}
