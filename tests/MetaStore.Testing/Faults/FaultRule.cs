using System.Globalization;

namespace MetaStore.Testing.Faults;

/// <summary>One rule of <see cref="FaultShim"/>.</summary>
/// <param name="Calls">Names as in faultshim.c, comma separated: "write,pwrite".</param>
/// <param name="PathPart">What the file's path must contain.</param>
/// <param name="Action">"kill-before", "kill-after", "kill-half", or an errno as a number.</param>
/// <param name="From">Number of the first matching call that it affects, from 1.</param>
/// <param name="Thread">Prefix of the calling thread's name.</param>
/// <param name="Count">How many calls it affects.</param>
public sealed record FaultRule(string Calls, string PathPart, string Action, long From = 1, string Thread = "", long Count = long.MaxValue / 2)
{
    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EIO.</summary>
    public const int InputOutput = 5;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Calls}|{PathPart}|{Thread}|{From}|{Count}|{Action}");
}
