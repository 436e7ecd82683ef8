using System.Text;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Commands.Users;

/// <summary>Passwords that are typed, without an echo on a terminal, or read from a pipe.</summary>
internal static class Passwords
{
    /// <summary>The password of <c>--user</c> when it names none.</summary>
    public static string Asked() => Read("Password: ");

    /// <summary>The new password of a user.</summary>
    /// <param name="user">The user.</param>
    /// <param name="isAsked">Asked for twice; otherwise one line is read.</param>
    /// <exception cref="UsageException">The two differ.</exception>
    public static string New(string user, bool isAsked)
    {
        if (!isAsked)
        {
            return Line();
        }

        var first = Read($"Password of {user}: ");
        return first == Read($"Type password of {user} again for confirmation: ") ? first : throw new UsageException("given passwords are different");
    }

    private static string Read(string prompt)
    {
        Terminal.Out.Write(prompt);
        var text = Terminal.IsInputTerminal ? Unechoed() : Line();
        Terminal.Out.WriteLine();
        return text;
    }

    private static string Unechoed()
    {
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(text.Length - 1, 0);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }

        return text.ToString();
    }

    /// <summary>One line of standard input, without its end; byte by byte, so that the next line is left for who reads it.</summary>
    private static string Line()
    {
        var bytes = new List<byte>();
        while (Terminal.Input.ReadByte() is >= 0 and not '\n' and var next)
        {
            bytes.Add((byte)next);
        }

        return Encoding.UTF8.GetString([.. bytes]).TrimEnd('\r');
    }
}
