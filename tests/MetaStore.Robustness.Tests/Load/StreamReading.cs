using Grpc.Core;

namespace MetaStore.Robustness.Tests.Load;

/// <summary>Reads streams one message at a time.</summary>
internal static class StreamReading
{
    /// <summary>The next message, or null when the server ended the call with OK.</summary>
    public static async Task<T?> NextAsync<T>(this IAsyncStreamReader<T> stream, CancellationToken cancellation = default)
        where T : class => await stream.MoveNext(cancellation) ? stream.Current : null;
}
