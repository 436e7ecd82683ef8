using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Cluster;

/// <summary><c>metactl alarm list | disarm</c>.</summary>
internal static class AlarmCommand
{
    public static Command Build() => new("alarm", "Alarms, which stop writes until they are disarmed") { List(), Disarm() };

    private static Command List()
    {
        var command = new Command("list", "Lists raised alarms") { VerbWords.Ignored() };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            NoWords(parsed, "list");
            Printer.For(parsed).Alarms(await client.Maintenance.AlarmAsync(new AlarmRequest(), cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Disarm()
    {
        var command = new Command("disarm", "Clears all alarms, and prints them") { VerbWords.Ignored() };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            NoWords(parsed, "disarm");
            var raised = await client.Maintenance.AlarmAsync(new AlarmRequest(), cancellation);
            var cleared = new AlarmResponse { Header = raised.Header };
            foreach (var alarm in raised.Alarms)
            {
                var request = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Deactivate, Alarm = alarm.Alarm, MemberID = alarm.MemberID };
                var answer = await client.Maintenance.AlarmAsync(request, cancellation);
                cleared.Header = answer.Header;
                cleared.Alarms.Add(answer.Alarms);
            }

            Printer.For(parsed).Alarms(cleared);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void NoWords(ParseResult parsed, string verb)
    {
        if (parsed.Plain().Length > 0)
        {
            throw new UsageException($"alarm {verb} command accepts no arguments");
        }
    }
}
