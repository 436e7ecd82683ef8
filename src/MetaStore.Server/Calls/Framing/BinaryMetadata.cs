using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MetaStore.Server.Calls.Framing;

/// <summary>Headers that end in <c>-bin</c>: base64 with or without padding, several values separated by commas.</summary>
internal static class BinaryMetadata
{
    /// <summary>The status for a call with binary metadata that is not base64; null when all of it is valid.</summary>
    public static Status? Malformed(IHeaderDictionary headers)
    {
        foreach ((string name, StringValues values) in headers)
        {
            if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (string? value in values)
            {
                if (value is not null && !value.Split(',', StringSplitOptions.TrimEntries).All(IsBase64))
                {
                    return new Status(StatusCode.Internal, $"malformed binary metadata \"{value}\" in header \"{name.ToLowerInvariant()}\"");
                }
            }
        }

        return null;
    }

    private static bool IsBase64(string text)
    {
        string padded = (text.Length % 4) switch { 2 => text + "==", 3 => text + "=", _ => text };
        return Convert.TryFromBase64String(padded, new byte[padded.Length], out _);
    }
}
