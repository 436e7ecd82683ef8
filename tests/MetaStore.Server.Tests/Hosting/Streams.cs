using Grpc.Core;

namespace MetaStore.Server.Tests.Hosting;

/// <summary>Streams of messages read one by one.</summary>
internal static class Streams
{
    /// <summary>The next message, or null at the end of the stream.</summary>
    public static async Task<T?> ReadAsync<T>(this IAsyncStreamReader<T> stream, CancellationToken cancellationToken = default)
        where T : class => await stream.MoveNext(cancellationToken) ? stream.Current : null;
}
