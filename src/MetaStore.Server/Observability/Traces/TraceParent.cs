using System.Diagnostics;

namespace MetaStore.Server.Observability.Traces;

/// <summary>The header <c>traceparent</c> of a call. Source: W3C Trace Context, level 1, section 3.2.</summary>
internal static class TraceParent
{
    /// <summary>Name of the header.</summary>
    public const string Header = "traceparent";

    /// <summary>Name of the header with what vendors add to it.</summary>
    public const string StateHeader = "tracestate";

    /// <summary>Version, trace id, span id and flags with the dashes between them.</summary>
    private const int Length = 55;
    private const int FlagsAt = 53;

    /// <summary>Longest tracestate that is passed on; the source says that at least so many characters should be.</summary>
    private const int StateMost = 512;

    /// <summary>What a header says about sampling, without making anything of it.</summary>
    /// <param name="header">Of any client; null when it sent none.</param>
    /// <returns>True or false; null when the header is missing or malformed, which is the same.</returns>
    public static bool? IsSampled(string? header)
    {
        if (header is null || !HasForm(header))
        {
            return null;
        }

        return (Digit(header[FlagsAt + 1]) & 1) != 0;
    }

    /// <summary>The caller's span.</summary>
    /// <param name="header">One of which <see cref="IsSampled"/> is not null.</param>
    /// <param name="state">The header tracestate, or null; dropped when it is longer than a service has to pass on.</param>
    public static ActivityContext Read(string header, string? state) => new(
        ActivityTraceId.CreateFromString(header.AsSpan(3, 32)),
        ActivitySpanId.CreateFromString(header.AsSpan(36, 16)),
        IsSampled(header) == true ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None,
        state is { Length: <= StateMost } ? state : null,
        isRemote: true);

    /// <summary>Versions after 00 may have more after another dash; ff is none, and ids of zeros are invalid.</summary>
    private static bool HasForm(string header)
    {
        if (header.Length < Length || header[2] != '-' || header[35] != '-' || header[52] != '-' || header.StartsWith("ff", StringComparison.Ordinal))
        {
            return false;
        }

        if (header.Length > Length && (header[Length] != '-' || header.StartsWith("00", StringComparison.Ordinal)))
        {
            return false;
        }

        ReadOnlySpan<char> trace = header.AsSpan(3, 32);
        ReadOnlySpan<char> span = header.AsSpan(36, 16);
        return IsHex(header.AsSpan(0, 2)) && IsHex(trace) && IsHex(span) && IsHex(header.AsSpan(FlagsAt, 2)) && trace.ContainsAnyExcept('0') && span.ContainsAnyExcept('0');
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (char letter in text)
        {
            if (Digit(letter) < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The value of a lower-case hexadecimal digit; -1 for anything else.</summary>
    private static int Digit(char letter) => letter is >= '0' and <= '9' ? letter - '0' : letter is >= 'a' and <= 'f' ? letter - 'a' + 10 : -1;
}
