using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>Request headers passed to the method as metadata: <c>Authorization</c>, and all that start with <c>Grpc-Metadata-</c>.</summary>
internal static class GatewayMetadata
{
    private const string Prefix = "Grpc-Metadata-";

    /// <exception cref="RpcException">A header is not valid metadata (InvalidArgument).</exception>
    public static Metadata Of(HttpRequest request)
    {
        var metadata = new Metadata();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in request.Headers)
        {
            string? key = name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name[Prefix.Length..]
                : name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? name
                : null;
            if (key is not null)
            {
                Add(metadata, key.ToLowerInvariant(), values[0] ?? "");
            }
        }

        return metadata;
    }

    private static void Add(Metadata metadata, string key, string value)
    {
        try
        {
            metadata.Add(key, value);
        }
        catch (ArgumentException unfit)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, unfit.Message));
        }
    }
}
