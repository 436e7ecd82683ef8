using System.Globalization;
using MetaStore.Grpc;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>The header <c>Grpc-Timeout</c> of a request to the gateway: up to eight digits and a unit (H M S m u n).</summary>
internal static class GatewayDeadline
{
    private const int MaxLength = 9;

    /// <summary>How long the call may take; null when it does not say.</summary>
    /// <exception cref="RpcException">It is not a timeout (InvalidArgument).</exception>
    public static TimeSpan? Of(HttpRequest request)
    {
        string value = request.Headers["Grpc-Timeout"].ToString();
        if (value.Length == 0)
        {
            return null;
        }

        if (value.Length is < 2 or > MaxLength
            || !uint.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint amount))
        {
            throw Invalid(value);
        }

        return value[^1] switch
        {
            'H' => TimeSpan.FromHours(amount),
            'M' => TimeSpan.FromMinutes(amount),
            'S' => TimeSpan.FromSeconds(amount),
            'm' => TimeSpan.FromMilliseconds(amount),
            'u' => TimeSpan.FromMicroseconds(amount),
            'n' => TimeSpan.FromTicks((amount + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick),
            _ => throw Invalid(value),
        };
    }

    private static RpcException Invalid(string value) => new(StatusCode.InvalidArgument, $"invalid grpc-timeout: {value}");
}
