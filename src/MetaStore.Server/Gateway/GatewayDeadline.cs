using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace MetaStore.Server.Gateway;

/// <summary>The header <c>Grpc-Timeout</c> of a gateway request: a number and a unit (H M S m u n). Source: grpc-gateway.</summary>
internal static class GatewayDeadline
{
    /// <summary>Longer timeouts count as none: timers cannot hold them.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>The timeout of the call, negative when it has passed already; null when there is none.</summary>
    /// <exception cref="RpcException">The header is malformed (InvalidArgument).</exception>
    public static TimeSpan? Of(HttpRequest request)
    {
        string value = request.Headers["Grpc-Timeout"].ToString();
        if (value.Length == 0)
        {
            return null;
        }

        // .NET's parser takes NUL characters after the digits.
        if (value.Contains('\0', StringComparison.Ordinal)
            || !long.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long amount)
            || UnitOf(value[^1]) is not { } unit)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"invalid grpc-timeout: {value}"));
        }

        double ticks = amount * unit;
        return ticks > Longest.Ticks ? null : TimeSpan.FromTicks((long)Math.Max(ticks, -TimeSpan.TicksPerSecond));
    }

    /// <summary>The ticks of a unit.</summary>
    private static double? UnitOf(char unit) => unit switch
    {
        'H' => TimeSpan.TicksPerHour,
        'M' => TimeSpan.TicksPerMinute,
        'S' => TimeSpan.TicksPerSecond,
        'm' => TimeSpan.TicksPerMillisecond,
        'u' => TimeSpan.TicksPerMicrosecond,
        'n' => 1.0 / TimeSpan.NanosecondsPerTick,
        _ => null,
    };
}
