/// The boards that every session knows.
///
/// A table, and long because a board is a dozen facts; in the order `boards` shows it. Clock and power
/// that MLPerf Tiny's published systems and energy runs give are marked as measured; what is remembered
/// from a datasheet is marked unverified.
extension Board {
  /// All known boards.
  public static let all: [Board] = [
    Board(
      trusted: "uno",
      title: "Arduino Uno R3 (ATmega328P)",
      core: .avr,
      clockHz: 16_000_000,
      ramBytes: 2048,
      flashBytes: 32_768,
      millivolts: 5000,
      power: Power(
        milliwatts: 46,
        provenance: .unverified(
          source: "9.2 mA x 5.0 V: datasheet's typical curve, the chip alone"
        )
      ),
      facts: .unverified(source: "datasheet, from memory")
    ),
    Board(
      trusted: "pico",
      title: "Raspberry Pi Pico (RP2040)",
      core: .cortexM0Plus,
      clockHz: 133_000_000,
      ramBytes: 270_336,
      flashBytes: 2_097_152,
      millivolts: 3300,
      power: Power(
        milliwatts: 79.2,
        provenance: .unverified(
          source: "24 mA x 3.3 V; ~RP2040/Pico datasheet order of magnitude"
        )
      ),
      facts: .unverified(source: "datasheet, from memory; SRAM 264 KB confirmed by search")
    ),
    Board(
      trusted: "stm32g0",
      title: "NUCLEO-G0B1RE (STM32G0B1)",
      core: .cortexM0Plus,
      clockHz: 64_000_000,
      ramBytes: 147_456,
      flashBytes: 524_288,
      millivolts: 3300,
      power: Power(
        milliwatts: 21.12,
        provenance: .unverified(
          source: "6.4 mA x 3.3 V; ~100 uA/MHz"
        )
      ),
      facts: .measured(source: "MLPerf Tiny v1.2 bosch system")
    ),
    Board(
      trusted: "nano33",
      title: "Arduino Nano 33 BLE Sense (nRF52840)",
      core: .cortexM4F,
      clockHz: 64_000_000,
      ramBytes: 262_144,
      flashBytes: 1_048_576,
      millivolts: 3000,
      power: Power(
        milliwatts: 9.9,
        provenance: .unverified(
          source: "3.3 mA x 3.0 V; CoreMark from flash cache DC/DC 3 V (PS)"
        )
      ),
      facts: .unverified(source: "datasheet, from memory")
    ),
    Board(
      trusted: "nrf5340",
      title: "nRF5340-DK app core",
      core: .cortexM33,
      clockHz: 128_000_000,
      ramBytes: 524_288,
      flashBytes: 1_048_576,
      millivolts: 3000,
      power: nil,
      facts: .measured(source: "MLPerf Tiny v1.1 Krai system (128 MHz)")
    ),
    Board(
      trusted: "stm32l4",
      title: "NUCLEO-L4R5ZI (STM32L4R5)",
      core: .cortexM4F,
      clockHz: 120_000_000,
      ramBytes: 655_360,
      flashBytes: 2_097_152,
      millivolts: 1800,
      power: Power(
        milliwatts: 42.2,
        provenance: .measured(
          source: "MLPerf Tiny v1.2 ST energy run"
        )
      ),
      slowdown: Slowdown(
        factor: 1.31,
        provenance: .measured(
          source: "MLPerf Tiny, microTVM with CMSIS-NN; leave-one-out error 0.7 to 11 %"
        )
      ),
      facts: .measured(source: "MLPerf Tiny v1.2 ST system")
    ),
    Board(
      trusted: "stm32f7",
      title: "DISCO-F746NG (STM32F746)",
      core: .cortexM7,
      clockHz: 216_000_000,
      ramBytes: 327_680,
      flashBytes: 1_048_576,
      millivolts: 3300,
      power: Power(
        milliwatts: 330,
        provenance: .unverified(
          source: "100 mA x 3.3 V; datasheet order of magnitude ~0.47 mA/MHz"
        )
      ),
      facts: .unverified(source: "MLPerf Tiny plumerai/bosch system (clock); rest from memory")
    ),
    Board(
      trusted: "stm32f767",
      title: "NUCLEO-F767ZI (STM32F767)",
      core: .cortexM7,
      clockHz: 216_000_000,
      ramBytes: 524_288,
      flashBytes: 2_097_152,
      millivolts: 3300,
      power: Power(
        milliwatts: 330,
        provenance: .unverified(
          source: "100 mA x 3.3 V; order of magnitude"
        )
      ),
      facts: .unverified(source: "datasheet, from memory")
    ),
    Board(
      trusted: "stm32h7",
      title: "NUCLEO-H743ZI (STM32H743)",
      core: .cortexM7,
      clockHz: 480_000_000,
      ramBytes: 1_048_576,
      flashBytes: 2_097_152,
      millivolts: 3300,
      power: Power(
        milliwatts: 211.2,
        provenance: .unverified(
          source: "0.44 mW/MHz as measured on the STM32H7A3, times 480 MHz"
        )
      ),
      facts: .unverified(source: "datasheet, from memory")
    ),
    Board(
      trusted: "stm32h7a3",
      title: "NUCLEO-H7A3ZI-Q (STM32H7A3)",
      core: .cortexM7,
      clockHz: 280_000_000,
      ramBytes: 1_441_792,
      flashBytes: 2_097_152,
      millivolts: 3000,
      power: Power(
        milliwatts: 121.9,
        provenance: .measured(
          source: "MLPerf Tiny v1.2 ST energy run"
        )
      ),
      facts: .unverified(source: "MLPerf Tiny v1.2 ST system (clock); rest from memory")
    ),
    Board(
      trusted: "stm32u5",
      title: "NUCLEO-U575ZI-Q (STM32U575)",
      core: .cortexM33,
      clockHz: 160_000_000,
      ramBytes: 804_864,
      flashBytes: 2_097_152,
      millivolts: 1800,
      power: Power(
        milliwatts: 22.7,
        provenance: .measured(
          source: "MLPerf Tiny v1.2 ST energy run"
        )
      ),
      facts: .unverified(source: "MLPerf Tiny v1.2 ST system (clock); rest from memory")
    ),
    Board(
      trusted: "ra6m4",
      title: "EK-RA6M4",
      core: .cortexM33,
      clockHz: 200_000_000,
      ramBytes: 262_144,
      flashBytes: 1_048_576,
      millivolts: 3300,
      power: Power(
        milliwatts: 74.7,
        provenance: .measured(
          source: "MLPerf Tiny v0.7 renesas energy run"
        )
      ),
      facts: .unverified(source: "RAM and flash from memory")
    ),
    Board(
      trusted: "xg24",
      title: "xG24-DK2601B (EFR32MG24 + MVP)",
      core: .cortexM33,
      clockHz: 78_000_000,
      ramBytes: 262_144,
      flashBytes: 1_572_864,
      millivolts: 3000,
      power: Power(
        milliwatts: 11.0,
        provenance: .measured(
          source: "MLPerf Tiny v1.0 silicon_labs energy run"
        )
      ),
      accelerator: "MVP matrix vector processor",
      facts: .unverified(source: "RAM and flash from memory")
    ),
    Board(
      trusted: "ra8d1",
      title: "EK-RA8D1",
      core: .cortexM85,
      clockHz: 480_000_000,
      ramBytes: 1_048_576,
      flashBytes: 2_097_152,
      millivolts: 3300,
      power: nil,
      slowdown: Slowdown(
        factor: 0.9,
        provenance: .measured(
          source:
            "MLPerf Tiny v1.2, EK-RA8D1 against MVE instruction counts; leave-one-out 2 to 12 %"
        )
      ),
      facts: .measured(source: "MLPerf Tiny v1.2 Renesas system (clock)")
    ),
    Board(
      trusted: "rx65n",
      title: "RX65N-Cloud-Kit",
      core: .rxv2,
      clockHz: 120_000_000,
      ramBytes: 655_360,
      flashBytes: 2_097_152,
      millivolts: 3300,
      power: Power(
        milliwatts: 54.7,
        provenance: .measured(
          source: "MLPerf Tiny v0.7 renesas energy run"
        )
      ),
      facts: .unverified(source: "RAM and flash from memory")
    ),
    Board(
      trusted: "esp32",
      title: "ESP32",
      core: .xtensaLX6,
      clockHz: 240_000_000,
      ramBytes: 532_480,
      flashBytes: 4_194_304,
      millivolts: 3300,
      power: Power(
        milliwatts: 165,
        provenance: .unverified(
          source: "50 mA x 3.3 V; 30-68 mA modem-sleep 240 MHz"
        )
      ),
      slowdown: Slowdown(
        factor: 1,
        provenance: .measured(
          source: "espressif/esp-tflite-micro, person detection: the core's costs were fitted to it"
        )
      ),
      facts: .unverified(source: "found by search (SRAM 520 KB; 240 MHz)")
    ),
    Board(
      trusted: "esp32s3",
      title: "ESP32-S3",
      core: .xtensaLX7,
      clockHz: 240_000_000,
      ramBytes: 524_288,
      flashBytes: 8_388_608,
      millivolts: 3300,
      power: Power(
        milliwatts: 198,
        provenance: .unverified(
          source: "60 mA x 3.3 V; order of magnitude"
        )
      ),
      slowdown: Slowdown(
        factor: 1,
        provenance: .measured(
          source: "espressif/esp-tflite-micro, person detection: the core's costs were fitted to it"
        )
      ),
      facts: .unverified(source: "found by search (SRAM 512 KB; 240 MHz)")
    ),
    Board(
      trusted: "esp32c3",
      title: "ESP32-C3",
      core: .riscv32,
      clockHz: 160_000_000,
      ramBytes: 409_600,
      flashBytes: 4_194_304,
      millivolts: 3300,
      power: Power(
        milliwatts: 82.5,
        provenance: .unverified(
          source: "25 mA x 3.3 V; order of magnitude"
        )
      ),
      slowdown: Slowdown(
        factor: 1,
        provenance: .measured(
          source: "espressif/esp-tflite-micro, person detection: the core's costs were fitted to it"
        )
      ),
      facts: .unverified(source: "found by search (SRAM 400 KB; 160 MHz)")
    ),
    Board(
      trusted: "apollo3",
      title: "Apollo3 Blue",
      core: .cortexM4F,
      clockHz: 96_000_000,
      ramBytes: 393_216,
      flashBytes: 1_048_576,
      millivolts: 3300,
      power: Power(
        milliwatts: 1.98,
        provenance: .unverified(
          source: "0.6 mA x 3.3 V; 6 uA/MHz headline"
        )
      ),
      facts: .unverified(source: "datasheet, from memory")
    ),
    Board(
      trusted: "apollo4",
      title: "Apollo4 Plus",
      core: .cortexM4F,
      clockHz: 192_000_000,
      ramBytes: 2_883_584,
      flashBytes: 2_097_152,
      millivolts: 1800,
      power: Power(
        milliwatts: 1.8,
        provenance: .unverified(
          source: "1.0 mA x 1.8 V; ~4-5 uA/MHz headline"
        )
      ),
      facts: .unverified(source: "datasheet, from memory")
    ),
    Board(
      trusted: "gap9",
      title: "GAP9 (0.65 V)",
      core: .riscvCluster,
      clockHz: 240_000_000,
      ramBytes: 1_638_400,
      flashBytes: 2_097_152,
      millivolts: 1800,
      power: Power(
        milliwatts: 25.4,
        provenance: .measured(
          source: "MLPerf Tiny v1.0 greenwaves energy run"
        )
      ),
      accelerator: "cluster of 9 cores",
      facts: .unverified(source: "MLPerf Tiny v1.0 greenwaves system (clock); rest from memory")
    ),
    Board(
      trusted: "gap9_fast",
      title: "GAP9 (0.8 V)",
      core: .riscvCluster,
      clockHz: 370_000_000,
      ramBytes: 1_638_400,
      flashBytes: 2_097_152,
      millivolts: 1800,
      power: Power(
        milliwatts: 56.2,
        provenance: .measured(
          source: "MLPerf Tiny v1.0 greenwaves energy run"
        )
      ),
      accelerator: "cluster of 9 cores",
      facts: .unverified(source: "MLPerf Tiny v1.0 greenwaves system (clock); rest from memory")
    ),
    Board(
      trusted: "max78000",
      title: "MAX78000",
      core: .cortexM4F,
      clockHz: 100_000_000,
      ramBytes: 131_072,
      flashBytes: 524_288,
      millivolts: 3000,
      power: nil,
      accelerator: "CNN accelerator",
      facts: .unverified(source: "found by search; rest from memory")
    ),
    Board(
      trusted: "alif_hp",
      title: "Alif Ensemble E3 HP",
      core: .cortexM55,
      clockHz: 400_000_000,
      ramBytes: 14_155_776,
      flashBytes: 5_767_168,
      millivolts: 1800,
      power: nil,
      accelerator: "Ethos-U55-256",
      facts: .unverified(source: "from memory")
    ),
    Board(
      trusted: "alif_he",
      title: "Alif Ensemble E3 HE",
      core: .cortexM55,
      clockHz: 160_000_000,
      ramBytes: 14_155_776,
      flashBytes: 5_767_168,
      millivolts: 1800,
      power: nil,
      accelerator: "Ethos-U55-128",
      facts: .unverified(source: "from memory")
    ),
    Board(
      trusted: "k210",
      title: "Kendryte K210",
      core: .riscv64,
      clockHz: 400_000_000,
      ramBytes: 8_388_608,
      flashBytes: 16_777_216,
      millivolts: 1800,
      power: Power(
        milliwatts: 300,
        provenance: .unverified(
          source: "typical"
        )
      ),
      accelerator: "KPU",
      facts: .unverified(source: "from memory")
    ),
    Board(
      trusted: "ndp120",
      title: "Syntiant NDP120/9120 0.9 V",
      core: .hifi3,
      clockHz: 30_700_000,
      ramBytes: 1_359_872,
      flashBytes: 0,
      millivolts: 900,
      power: Power(
        milliwatts: 7.2,
        provenance: .measured(
          source: "MLPerf Tiny v1.0-1.2 syntiant energy run"
        )
      ),
      accelerator: "Core2 neural processor",
      facts: .measured(source: "MLPerf system (304 KB + 1024 KB SRAM)")
    ),
    Board(
      trusted: "ndp120_fast",
      title: "Syntiant NDP120/9120 1.1 V",
      core: .hifi3,
      clockHz: 98_700_000,
      ramBytes: 1_359_872,
      flashBytes: 0,
      millivolts: 1100,
      power: Power(
        milliwatts: 29.1,
        provenance: .measured(
          source: "MLPerf Tiny v1.0-1.2 syntiant energy run"
        )
      ),
      accelerator: "Core2 neural processor",
      facts: .measured(source: "MLPerf system")
    ),
  ]

  /// The board with this word.
  public static func named(_ id: String) throws(DeploymentError) -> Board {
    guard let board = all.first(where: { $0.id == id }) else {
      throw .unknownBoard(id, nearest: all.map(\.id))
    }
    return board
  }
}
