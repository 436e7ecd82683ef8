using System.Collections;
using MetaStore.Batching.SettingTable;
using MetaStore.Batching.Settings;
using MetaStore.Server.Configuration;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Hosting;
using MetaStore.Server.Services.Mapping;
using Wire = MetaStore.Protocol.V1;

namespace MetaStore.Server.Tests.Configuration;

/// <summary>Every batch setting is a flag, a variable, a key and a field of the admin service, with the same range, default and error text.</summary>
public sealed class BatchSettingPlacesTests
{
    private const string File = "metastore.yaml";

    public static TheoryData<string> Keys => [.. BatchSettingTable.All.Select(row => row.Key)];

    [Fact]
    public void Catalogue_HasTheTablesRows_AndNoOtherUnderItsTree()
    {
        IEnumerable<string> configured = SettingCatalogue.All.Where(setting => setting.Path.StartsWith("server.raft.batch.", StringComparison.Ordinal)).Select(setting => setting.Path);
        Assert.Equal(BatchSettingTable.All.Select(row => row.Path).Prepend("server.raft.batch.enable"), configured);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Value_IsTheSame_FromFlagVariableFileAndService(string key)
    {
        BatchSetting row = BatchSettingTable.ByKey[key];
        double value = Other(row);
        string text = row.Text(value);
        BatchSettings wanted = row.Change(new BatchSettings(), value);
        Assert.NotEqual(new BatchSettings(), wanted);

        foreach (string flag in row.Aliases.Prepend(row.Flag))
        {
            Assert.Equal(wanted, Settings(ConfigurationLoader.Load([$"--{flag}={text}"], new Hashtable(), _ => TextReader.Null)));
        }

        foreach (string prefix in (string[])["METASTORE_", "ETCD_"])
        {
            var variables = new Hashtable { [prefix + row.Flag.Replace('-', '_').ToUpperInvariant()] = text };
            Assert.Equal(wanted, Settings(ConfigurationLoader.Load([], variables, _ => TextReader.Null)));
        }

        Assert.Equal(wanted, Settings(FromFile(row, text)));

        var change = new Wire.BatchSettings();
        BatchSettingMessage.Write(change, row, value);
        Assert.Equal(wanted, BatchingMessages.Merge(new BatchSettings(), change));
        Assert.Equal(value, BatchSettingMessage.Read(BatchingMessages.ToWire(wanted), row));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void RangeAndDefault_AreTheTables(string key)
    {
        BatchSetting row = BatchSettingTable.ByKey[key];
        Setting setting = SettingCatalogue.ByPath[row.Path];
        Assert.EndsWith(row.Range, setting.Range, StringComparison.Ordinal);
        Assert.Equal(row.Default, setting.Show(ConfigurationLoader.Load([], new Hashtable(), _ => TextReader.Null).Options));
        Assert.Equal(row.Meaning, setting.Meaning);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Value_OutOfRange_IsRefusedByTheServiceInTheWordsOfTheFile(string key)
    {
        BatchSetting row = BatchSettingTable.ByKey[key];
        if (row.Kind is BatchSettingKind.Choice or BatchSettingKind.Switch)
        {
            return;
        }

        foreach (double value in (double[])[row.Min - 1, row.Max + 1])
        {
            Agree(row, value, expectRefused: true);
        }

        foreach (double value in (double[])[row.Min, row.Max])
        {
            Agree(row, value, expectRefused: BatchSettingTable.Rules.Any(rule => (rule.Setting == row || rule.Limit == row) && rule.Fault(row.Change(new BatchSettings(), value)) is not null));
        }
    }

    [Theory]
    [InlineData("throughput.adaptive_max_size", "15", "server.raft.batch.throughput.floor_size = \"16\": must not exceed throughput.adaptive_max_size (15)")]
    [InlineData("target.max_size", "63", "server.raft.batch.target.initial_size = \"64\": must not exceed target.max_size (63)")]
    [InlineData("target.min_size", "65", "server.raft.batch.target.initial_size = \"64\": must not be below target.min_size (65)")]
    public void Limit_ThatADefaultBreaks_NamesTheDefault(string key, string text, string sentence)
    {
        ConfigurationError error = Assert.Single(FromFile(BatchSettingTable.ByKey[key], text).Errors);
        string[] parts = sentence.Split(": ", 2);
        Assert.EndsWith(parts[1], $"{error.Value}\": {error.Why}", StringComparison.Ordinal);
        Assert.Equal("--" + BatchSettingTable.All.Single(row => parts[0].StartsWith(row.Path + " ", StringComparison.Ordinal)).Flag, error.Where);
    }

    [Theory]
    [InlineData("--batch-enable=false", "--batch-policy=target", BatchPolicyKind.Off)]
    [InlineData("--batch-enable=true", "--batch-policy=target", BatchPolicyKind.Target)]
    [InlineData("--batch-enable=true", "--batch-policy=off", BatchPolicyKind.Off)]
    public void Enable_False_IsThePolicyOff(string enable, string policy, BatchPolicyKind inForce) =>
        Assert.Equal(inForce, RuntimeOptions.Batching(ConfigurationLoader.Load([enable, policy], new Hashtable(), _ => TextReader.Null).Options).Policy);

    [Theory]
    [InlineData(2 << 20)]
    [InlineData(3 << 20, "--batch-max-command-bytes=3MiB")]
    [InlineData(4 << 20, "--max-request-bytes=4MiB")]
    [InlineData(4 << 20, "--max-request-bytes=4MiB", "--batch-max-command-bytes=3MiB")]
    [InlineData(5 << 20, "--max-request-bytes=4MiB", "--batch-max-command-bytes=5MiB")]
    public void LargestCommand_IsNeverBelowTheLargestRequest(int bytes, params string[] flags) =>
        Assert.Equal(bytes, RuntimeOptions.Batching(ConfigurationLoader.Load(flags, new Hashtable(), _ => TextReader.Null).Options).MaxCommandBytes);

    private static void Agree(BatchSetting row, double value, bool expectRefused)
    {
        BatchSettings set = row.Change(new BatchSettings(), value);
        string[] refused = [.. BatchingMessages.Merge(new BatchSettings(), BatchSettingMessage.Of(set)).Validate()];
        ConfigurationResult file = FromFile(row, row.Text(value));
        string[] errors = [.. file.Errors.Select(error => error.ToString())];
        Assert.Equal(expectRefused, refused.Length > 0);
        Assert.Equal(refused.Length, errors.Length);
        foreach ((string sentence, string error) in refused.Zip(errors))
        {
            // A rule may report a setting that is not in the file, by the name of its flag.
            string names = sentence.StartsWith(row.Path, StringComparison.Ordinal) ? $"{File}: {sentence}" : sentence.Split(": ", 2)[1];
            Assert.Contains(names, error, StringComparison.Ordinal);
        }
    }

    private static BatchSettings Settings(ConfigurationResult result)
    {
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        return result.Options.Batch.Settings;
    }

    private static ConfigurationResult FromFile(BatchSetting row, string text)
    {
        string yaml = $"\"{text}\"";
        foreach (string name in row.Path.Split('.').Reverse())
        {
            yaml = yaml[0] == '"' ? $"{name}: {yaml}" : $"{name}: {{ {yaml} }}";
        }

        return ConfigurationLoader.Load(["--config-file", File], new Hashtable(), _ => new StringReader(yaml));
    }

    /// <summary>A valid value that is not the default.</summary>
    private static double Other(BatchSetting row)
    {
        double value = row.Read(new BatchSettings());
        return row.Kind switch
        {
            BatchSettingKind.Choice => (value + 1) % row.Choices.Count,
            BatchSettingKind.Switch => 1 - value,
            BatchSettingKind.Number => value == 0 ? 12.5 : value / 2,
            BatchSettingKind.Time => value + 1000,
            _ => value > row.Min ? value - 1 : value + 1,
        };
    }
}
