using System.Text;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.BatchViews;

/// <summary>The terminal's alternate screen; disposing restores the normal one.</summary>
internal sealed class Screen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string EraseRest = "\e[K";
    private const string EraseBelow = "\e[J";

    private readonly TextWriter _output = Terminal.Out;

    /// <summary>Switches to it and hides the cursor.</summary>
    public Screen() => _output.Write(Enter);

    /// <summary>Redraws in one write, to avoid flicker.</summary>
    public void Draw(IReadOnlyList<string> lines)
    {
        var text = new StringBuilder(Home);
        text.AppendJoin(EraseRest + "\r\n", lines).Append(EraseRest).Append(EraseBelow);
        _output.Write(text.ToString());
    }

    public void Dispose()
    {
        try
        {
            _output.Write(Leave);
        }
        catch (OutputException)
        {
            // The terminal has disconnected and needs no restoring.
        }
    }
}
