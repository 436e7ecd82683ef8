using Microsoft.AspNetCore.Http;

namespace MetaStore.Grpc.Server;

internal static class ServerMetadata
{
    /// <summary>Appends metadata to response headers or trailers.</summary>
    public static void Copy(Metadata? source, IHeaderDictionary target)
    {
        if (source is null)
        {
            return;
        }

        foreach (var entry in source)
        {
            target.Append(entry.Key, entry.HeaderValue);
        }
    }
}
