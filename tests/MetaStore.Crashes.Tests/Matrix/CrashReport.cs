using System.Globalization;
using System.Text;
using MetaStore.Crashes.Tests.Load;

namespace MetaStore.Crashes.Tests.Matrix;

/// <summary>Counts what the matrix covered.</summary>
internal sealed class CrashReport
{
    private readonly SortedDictionary<string, int> _kills = new(StringComparer.Ordinal);
    private readonly List<TimeSpan> _openings = [];

    /// <summary>Rounds, each with one kill.</summary>
    public int Rounds { get; private set; }

    /// <summary>Kills at an exact call.</summary>
    public int AtACall { get; private set; }

    public int Answered { get; private set; }

    public int Unanswered { get; private set; }

    /// <summary>Complete comparisons of a member with the model.</summary>
    public int Comparisons { get; private set; }

    /// <summary>Revisions that were compared one by one.</summary>
    public long Revisions { get; private set; }

    /// <summary>Number of kills in a phase.</summary>
    public int KillsIn(string phase) => _kills.GetValueOrDefault(phase);

    /// <summary>Records a kill and all phases that it interrupted.</summary>
    public void Killed(IReadOnlyCollection<string> phases, bool atACall)
    {
        Rounds++;
        AtACall += atACall ? 1 : 0;
        foreach (var phase in phases)
        {
            _kills[phase] = KillsIn(phase) + 1;
        }
    }

    public void Called(IReadOnlyList<CrashCall> calls)
    {
        Answered += calls.Count(call => call.Answered is not null);
        Unanswered += calls.Count(call => call is { Answered: null, Refused: false });
    }

    public void Opened(TimeSpan time) => _openings.Add(time);

    public void Compared(long revisions)
    {
        Comparisons++;
        Revisions += revisions;
    }

    /// <summary>The counts as a table.</summary>
    public string Text(TimeSpan took)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Rounds} rounds of kill -9 in {took.TotalSeconds:0} s, {AtACall} of them at an exact call; "
            + $"{Answered} calls answered, {Unanswered} open; {Comparisons} whole comparisons, {Revisions} revisions one by one");
        if (_openings.Count > 0)
        {
            _openings.Sort();
            text.AppendLine(CultureInfo.InvariantCulture, $"ready again after {_openings[_openings.Count / 2].TotalSeconds:0.00} s (median), {_openings[^1].TotalSeconds:0.00} s (most)");
        }

        foreach (var (phase, kills) in _kills)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{kills,6}  {phase}");
        }

        return text.ToString();
    }
}
