using MetaStore.Architecture.Sample.Options;
using MetaStore.Batching.Policies;
using MetaStore.Batching.SettingTable;
using MetaStore.Batching.Settings;
using MetaStore.Server.Configuration.Options;

namespace MetaStore.Architecture.Tests
{
    /// <summary>Every documented setting is used.</summary>
    public sealed class SettingReaderTests
    {
        /// <summary>peer-client-cert-auth and require-tls are rules of the configuration, which change nothing once the node runs; unknown options of jwt are warned of.</summary>
        private static readonly string[] UsedByTheConfigurationItself = ["JwtOptions.Unknown", "PeerTlsOptions.ClientCertAuth", "TlsOptions.RequireTls"];

        [Fact]
        public void EverySetting_HasAReader() =>
            Assert.Equal(UsedByTheConfigurationItself, new SettingReaders(typeof(MetaStoreOptions).Assembly, "MetaStore.Server.Configuration").Unread());

        /// <summary>The tests of the table check that each has a row; this one checks that the batcher reads what the row sets.</summary>
        [Fact]
        public void EverySettingOfBatching_HasAReader() => Assert.Empty(new SettingReaders(
            typeof(BatchSettings).Assembly, typeof(BatchSettingTable).Namespace!,
            typeof(BatchSettings), typeof(FixedPolicySettings), typeof(ThroughputPolicySettings), typeof(TargetPolicySettings)).Unread());

        [Fact]
        public void ASettingThatOnlyItsTableReads_IsFound()
        {
            Assert.Equal(3, Reads(new SampleOptions { Read = 1, ReadByWayOfAnother = 2 }));
            string[] unread = ["SampleOptions.ReadByTheTable", "SampleOptions.ReadByWhatNobodyReads"];
            Assert.Equal(unread, new SettingReaders(typeof(SampleOptions).Assembly, "MetaStore.Architecture.Sample").Unread());
            Assert.Equal(unread, new SettingReaders(typeof(SampleOptions).Assembly, "MetaStore.Architecture.Sample", typeof(SampleOptions)).Unread());
        }

        private static int Reads(SampleOptions options) => options.Read + options.Computed;
    }
}

namespace MetaStore.Architecture.Sample
{
    /// <summary>As in the table of settings: gets and sets.</summary>
    internal static class Table
    {
        public static string Show(SampleOptions options) => $"{options.Read} {options.ReadByTheTable} {options.Unused}";
    }
}

namespace MetaStore.Architecture.Sample.Options
{
    internal sealed class SampleOptions
    {
        public int Read { get; set; }

        public int ReadByWayOfAnother { get; set; }

        public int ReadByTheTable { get; set; }

        public int ReadByWhatNobodyReads { get; set; }

        public int Computed => ReadByWayOfAnother;

        public int Unused => ReadByWhatNobodyReads;
    }
}
