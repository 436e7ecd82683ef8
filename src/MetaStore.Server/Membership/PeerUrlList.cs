using System.Text;
using MetaStore.Batching.Settings;

namespace MetaStore.Server.Membership;

/// <summary>The peer URLs of one member, checked as etcd checks them.</summary>
internal static class PeerUrlList
{
    /// <summary>Checks and sorts.</summary>
    /// <param name="urls">As a client gave them.</param>
    /// <param name="sorted">The same, sorted as etcd keeps them.</param>
    /// <returns>False for an empty list, or when one is not scheme://host:port without a path.</returns>
    public static bool TryParse(IReadOnlyCollection<string> urls, out string[] sorted)
    {
        sorted = [.. urls.Select(url => url.Trim()).Order(StringComparer.Ordinal)];
        return sorted.Length > 0 && sorted.All(IsUsable);
    }

    /// <summary>False when they are more than <see cref="SizeLimits.PeerUrlBytesMax"/> together: other members could not be sent it then.</summary>
    public static bool Fits(IReadOnlyCollection<string> urls) => urls.Sum(url => Encoding.UTF8.GetByteCount(url)) <= SizeLimits.PeerUrlBytesMax;

    // etcd also takes unix sockets; members of this server reach each other by TCP only.
    private static bool IsUsable(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && url.Scheme is "http" or "https"
        && text.AsSpan(url.Scheme.Length + 3).LastIndexOf(':') > text.AsSpan(url.Scheme.Length + 3).LastIndexOf(']')
        && url.PathAndQuery == "/"
        && !text.EndsWith('/')
        && url.Fragment.Length == 0
        && url.UserInfo.Length == 0;
}
