using System.Net;
using System.Net.Http;
using System.Net.Sockets;

namespace MetaStore.Client.Endpoints;

/// <summary>Endpoints that are Unix sockets: unix:///run/metastore.sock.</summary>
internal static class SocketAddress
{
    /// <summary>The scheme of their URLs.</summary>
    public const string Scheme = "unix";

    private const string Prefix = "unix:";

    /// <summary>Whether a text names a socket.</summary>
    public static bool IsOne(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The URL of a socket, with an absolute path. Throws <see cref="FormatException"/>.</summary>
    public static Uri Parse(string text)
    {
        var path = WithoutScheme(text);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new FormatException($"'{text}' names no socket; write unix:///run/metastore.sock");
        }

        // A path segment may contain any character; host:port is a valid name too, as in etcd.
        var whole = Path.GetFullPath(path).Split('/').Select(Uri.EscapeDataString);
        var uri = new Uri($"{Scheme}://{string.Join('/', whole)}");
        try
        {
            _ = EndPointOf(uri);
            return uri;
        }
        catch (ArgumentException)
        {
            throw new FormatException($"'{text}': the path of a socket has at most 107 bytes");
        }
    }

    /// <summary>The socket of a URL.</summary>
    public static UnixDomainSocketEndPoint EndPointOf(Uri address) => new(Uri.UnescapeDataString(WithoutScheme(address.OriginalString)));

    /// <summary>Connects HTTP to a socket.</summary>
    public static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Connector(Uri address) => async (_, cancellation) =>
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(EndPointOf(address), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            var path = EndPointOf(address).ToString();
            throw new SocketException((int)failure.SocketErrorCode, $"{path}: {(File.Exists(path) ? failure.Message : "there is no such socket")}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    };

    private static string WithoutScheme(string text)
    {
        var rest = text[Prefix.Length..];
        return rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest;
    }
}
