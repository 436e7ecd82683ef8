using System.Globalization;

namespace MetaStore.Server.Configuration.Values;

/// <summary>The address of a collector: host:port as in etcd, or a URL with http or https.</summary>
internal static class TracingAddress
{
    /// <summary>The reason why a text is no address; null when it is one.</summary>
    public static string? Fault(string text) => TryRead(text, out _) ? null : "is not host:port of a collector, such as localhost:4317";

    /// <summary>The URL of an address that has no <see cref="Fault"/>; without a scheme it is cleartext, as etcd's.</summary>
    public static Uri UriOf(string text) => TryRead(text, out Uri? address) ? address! : throw new ArgumentException($"{text} {Fault(text)}", nameof(text));

    private static bool TryRead(string text, out Uri? address)
    {
        bool hasScheme = text.Contains("://", StringComparison.Ordinal);
        return Uri.TryCreate(hasScheme ? text : "http://" + text, UriKind.Absolute, out address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            && address is { Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0, AbsolutePath: "/" }
            && text.TrimEnd('/').EndsWith(string.Create(CultureInfo.InvariantCulture, $":{address.Port}"), StringComparison.Ordinal)
            && address.Port > 0;
    }
}
