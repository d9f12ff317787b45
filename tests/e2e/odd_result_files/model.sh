#!/bin/sh
cd "$1"
case "$(basename "$1")" in
  000000) echo '{"y": 1.25}' > output.a.json ;;
  000001) echo '{"y": 1}' > Output.json ;;
  000002) echo '{"y": 1}' > output.json; echo 'y: 2' > output.yaml ;;
  000003) echo '{"y": 1, "trialstatus": ["COMPLETED"]}' > output.json ;;
  000004) echo '{"y": 1, "TRIAL_STATUS": 5}' > output.json ;;
  000005) echo '{"trial_status": 3}' > trial_status.json; echo '{"TrialStatus": 2}' > TrialStatus.json; echo '{"y": 5}' > output.json ;;
  000006) echo '{"trial_status": 3}' > trial_status.json; echo '{"y": 6, "trial_status": 2}' > output.json ;;
  000007) echo '{"note": "done"}' > trial_status.json; echo '{"y": 7}' > output.json ;;
  000008) echo 'TrialStatus: FAILED' > TrialStatus.YML; echo '{"y": 8}' > output.json ;;
  000009) echo '{}' > output.json ;;
  000010) echo '[1]' > output.json ;;
  000011) echo '"abc"' > output.json ;;
  000012) echo '{"y": {"wrapper_args": [1.5], "sem": [0.25]}}' > output.json ;;
  000013) echo '{"wrapper_args": 1.5, "sem": 0.5}' > output.json ;;
  000014) echo '{"y": {}}' > output.json ;;
  000015) echo '{"y": ["NA"]}' > output.json ;;
  000016) echo '{"y": [1, 2]}' > output.json ;;
  000017) echo '{"y": 1, "y": 2}' > output.json ;;
  000018) echo '{"z": 1}' > output.json ;;
  000019) echo '{"y": true, "trial_status": 3.0}' > output.json ;;
esac
