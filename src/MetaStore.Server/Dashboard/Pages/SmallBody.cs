using MetaStore.Server.Dashboard.Keys;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Dashboard.Pages;

/// <summary>Reads the body of a POST.</summary>
internal static class SmallBody
{
    private const int BytesMax = 16 << 10;

    /// <summary>The whole body; owned by the caller.</summary>
    /// <exception cref="BadArgumentException">It is longer than 16 KiB.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext http)
    {
        byte[] body = new byte[BytesMax + 1];
        int length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length > BytesMax)
        {
            throw new BadArgumentException($"the body has more than {BytesMax} bytes");
        }

        byte[] whole = body[..length];
        Array.Clear(body);
        return whole;
    }
}
